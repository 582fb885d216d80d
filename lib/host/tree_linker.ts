import linkTreesText from "./link_trees.js" with { type: "text" };
import openFlagsText from "./open_flags.js" with { type: "text" };
import { errnoName } from "./libc.ts";
import { joinedProgram, startTextWorker } from "./text_worker.ts";

/** What a worker is told first. */
export interface LinkWork {
  /** Absolute. */
  readonly from: string;
  readonly to: string;
  /** Whether owners can be given. */
  readonly isRoot: boolean;
  /** One word for all workers: 1 asks for a part of their work, 2 ends it. */
  readonly state: SharedArrayBuffer;
}

/** What a worker says when it has nothing left to do. */
export interface LinkAnswer {
  /** Entries that could not be linked, by their directories, from the root of the tree. */
  readonly left: { readonly dir: string; readonly names: readonly string[] }[];
}

/** How {@linkcode linkTrees} is to go about it. */
export interface LinkTreesOptions {
  readonly from: string;
  readonly to: string;
  readonly isRoot: boolean;
  readonly workers: number;
  readonly signal: AbortSignal;
}

type Message = LinkAnswer | { readonly given: readonly string[] } | { readonly failure: Failure };

interface Failure {
  readonly message: string;
  readonly errno?: number;
  /** A name that is not valid UTF-8, as well as it can be shown. */
  readonly undecodable?: string;
}

const [HUNGRY, STOPPED] = [1, 2];

/**
 * Fills the directories `dirs` of the tree `to`, which are there and empty, with what is in those of `from`: files are
 * hard links, directories get mode, times and, for root, owner; on several processors, by the calls of the C library.
 *
 * @returns what could not be linked, for whatever reason; the directories it belongs to need their times set again.
 * @throws {UndecodableName}, or an `Error` with the errno name in `.code`: ENOSYS, with nothing done, where the C
 *   library has not all that it takes; the signal's reason when it aborts. All workers have ended by then.
 */
export async function linkTrees(dirs: readonly string[], options: LinkTreesOptions): Promise<LinkAnswer["left"]> {
  const state = new SharedArrayBuffer(4);
  const { from, to, isRoot, signal } = options;
  const work: LinkWork = { from, to, isRoot, state };
  const crew: Member[] = [];
  const stop = () => Atomics.store(new Int32Array(state), 0, STOPPED);
  signal.addEventListener("abort", stop);
  try {
    const left = await share(dirs, work, { crew, workers: options.workers });
    signal.throwIfAborted();
    return left;
  } finally {
    signal.removeEventListener("abort", stop);
    for (const { worker } of crew) worker.terminate();
  }
}

/** A name that is not valid UTF-8. */
export class UndecodableName extends Error {
  /** As well as it can be shown. */
  readonly path: string;

  constructor(path: string) {
    super(`Not valid UTF-8: ${path}`);
    this.path = path;
  }
}

interface Member {
  readonly worker: Worker;
  isIdle: boolean;
}

/**
 * Starts workers and gives each that has nothing to do a part of what there is; resolves when none has anything to do.
 */
function share(
  dirs: readonly string[],
  work: LinkWork,
  { crew, workers }: { readonly crew: Member[]; readonly workers: number },
): Promise<LinkAnswer["left"]> {
  const word = new Int32Array(work.state);
  const queue = [...dirs];
  const left: LinkAnswer["left"] = [];
  let failure: Error | undefined;
  const { promise, resolve, reject } = Promise.withResolvers<LinkAnswer["left"]>();
  const deal = () => {
    for (const member of crew) {
      if (!member.isIdle || failure !== undefined) continue;
      const part = queue.splice(0, Math.ceil(queue.length / (2 * crew.length)));
      if (part.length === 0) continue;
      member.isIdle = false;
      member.worker.postMessage(part);
    }
    const idle = crew.filter(({ isIdle }) => isIdle).length;
    if (idle === crew.length) return failure === undefined ? resolve(left) : reject(failure);
    if (idle > 0 && failure === undefined) Atomics.compareExchange(word, 0, 0, HUNGRY);
  };
  const fail = (error: Error) => {
    failure ??= error;
    Atomics.store(word, 0, STOPPED);
  };
  const hear = (member: Member, message: Message) => {
    if ("given" in message) queue.push(...message.given);
    else if ("failure" in message) fail(errorOf(message.failure));
    else left.push(...message.left);
    if (!("given" in message)) member.isIdle = true;
    deal();
  };
  for (let count = 0; count < workers; count++) {
    const worker = startTextWorker(joinedProgram(openFlagsText, linkTreesText), "rcusync link worker", {
      onMessage: ({ data }: MessageEvent<Message>) => hear(member, data),
      onError: (error) => hear(member, { failure: error }),
    });
    const member: Member = { worker, isIdle: true };
    crew.push(member);
    worker.postMessage(work);
  }
  deal();
  return promise;
}

function errorOf({ message, errno, undecodable }: Failure): Error {
  if (undecodable !== undefined) return new UndecodableName(undecodable);
  if (errno === undefined) return new Error(message);
  const code = errnoName(errno);
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
