import type { HashReport } from "./hash_messages.ts";
import { hashProgram, type HashThread, hashThread } from "./hash_thread.ts";
import listTreeText from "./list_tree.js" with { type: "text" };
import listWorkerText from "./list_worker.js" with { type: "text" };
import openFlagsText from "./open_flags.js" with { type: "text" };
import { STAMP_REQUEST, STAMP_WORDS, type StampRequest } from "./stamps.ts";
import { joinedProgram, startTextWorker } from "./text_worker.ts";
import type { Names } from "./tree_names.ts";

/** Trees that another thread lists, and this one, whoever takes one first. End it with `using`. */
export interface SharedList extends Disposable {
  /** Takes a tree from the other thread: its number in the list; `undefined` when there are no more. */
  take(): number | undefined;
  /** What has come from the other thread, a part at a time; `undefined` when nothing has. */
  arrived(): ListedPart | undefined;
  /** As `arrived`, but waits; `undefined` when that was all. Rejects when the other thread breaks down. */
  next(): Promise<ListedPart | undefined>;
  /** The other thread, to hash when it has nothing left to list. */
  readonly thread: HashThread;
}

/**
 * Directories that were listed, in a few arrays; a directory is listed after the one above, maybe in an earlier part.
 */
export interface ListedPart {
  /**
   * By directory: its number, counted as directories were met among the names; of the tree at `index` of the list it
   * is `-1 - index`.
   */
  readonly numbers: Int32Array<ArrayBuffer>;
  /** Its first name; it has all before the next directory's. */
  readonly firsts: Uint32Array<ArrayBuffer>;
  /** Whether something was in the way: then nothing of it is here, nor of what is below. */
  readonly failed: Uint8Array<ArrayBuffer>;
  /** All names, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** By name, with a zero before the first. */
  readonly ends: Uint32Array<ArrayBuffer>;
  /** As of {@linkcode Names}. */
  readonly types: Uint8Array<ArrayBuffer>;
  /** Of files, if they are wanted. */
  readonly stamps: Uint32Array<ArrayBuffer>;
}

/** What is sent to the other thread. */
export interface ListJob {
  readonly paths: readonly string[];
  /** The next path to be taken, in shared memory. */
  readonly next: Int32Array<SharedArrayBuffer>;
  readonly stamp: StampRequest;
  readonly wantsStamps: boolean;
}

/** Has another thread begin to list trees, those at the beginning of the list first. */
export function shareList(paths: readonly string[], wantsStamps: boolean): SharedList {
  const next = new Int32Array(new SharedArrayBuffer(4));
  const parts = partQueue();
  const worker = startTextWorker(
    [joinedProgram(openFlagsText, listTreeText, listWorkerText), hashProgram()],
    "rcusync tree worker",
    {
      onMessage: ({ data }: MessageEvent<ListedPart | "end" | HashReport>) => {
        if (data !== "end" && "failures" in data) thread.answer(data);
        else parts.add(data);
      },
      onError: (error) => {
        parts.fail(error);
        thread.fail(error);
      },
    },
  );
  const thread = hashThread(worker);
  const job: ListJob = { paths, next, stamp: STAMP_REQUEST, wantsStamps };
  worker.postMessage(job);
  return {
    take: () => {
      const index = Atomics.add(next, 0, 1);
      return index < paths.length ? index : undefined;
    },
    arrived: parts.arrived,
    next: parts.next,
    thread,
    [Symbol.dispose]: () => worker.terminate(),
  };
}

function partQueue() {
  const waiting: ListedPart[] = [];
  const end = Promise.withResolvers<undefined>();
  // It is awaited when this thread is done; until then a rejection must not count as unhandled.
  end.promise.catch(() => {});
  let wake = () => {};
  return {
    add(part: ListedPart | "end") {
      if (part === "end") end.resolve(undefined);
      else waiting.push(part);
      wake();
    },
    fail: end.reject,
    arrived: () => waiting.shift(),
    async next() {
      if (waiting.length === 0) await Promise.race([end.promise, new Promise<void>((resolve) => wake = resolve)]);
      return waiting.shift();
    },
  };
}

/** The names of one directory after the other of a part. */
export class ListedNames implements Names {
  first = 0;
  count = 0;
  readonly bytes;
  readonly starts;
  readonly ends;
  readonly types;
  readonly #stamps;
  readonly #stamp = new Uint32Array(STAMP_WORDS);

  constructor({ bytes, ends, stamps, types }: ListedPart) {
    this.bytes = bytes;
    this.starts = ends;
    this.ends = ends.subarray(1);
    this.types = types;
    this.#stamps = stamps;
  }

  stampAt(index: number): Uint32Array<ArrayBuffer> {
    for (let word = 0; word < STAMP_WORDS; word++) this.#stamp[word] = this.#stamps[index * STAMP_WORDS + word] ?? 0;
    return this.#stamp;
  }
}

/**
 * Calls `visit` with the number of each directory of a part and its names; without names for one that could not be
 * listed.
 */
export function visitListed(part: ListedPart, visit: (number: number, names: ListedNames | undefined) => void): void {
  const { failed, firsts, numbers, types } = part;
  const names = new ListedNames(part);
  for (let index = 0; index < numbers.length; index++) {
    const [first = 0, next = types.length, number = 0] = [firsts[index], firsts[index + 1], numbers[index]];
    names.first = first;
    names.count = next - first;
    visit(number, failed[index] === 1 ? undefined : names);
  }
}
