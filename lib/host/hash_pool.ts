import { answerBatch } from "./hash_worker.js";
import { STAMP_REQUEST, type StampRequest } from "./stamps.ts";
import { joinedProgram, startTextWorker } from "./text_worker.ts";
import compareLinesText from "./compare_lines.js" with { type: "text" };
import hashFilesText from "./hash_files.js" with { type: "text" };
import hashWorkerText from "./hash_worker.js" with { type: "text" };

/** A file and what it must be. */
export interface HashJob {
  /** Absolute; opened without following a link in its last component. */
  readonly path: string;
  readonly size: number;
  /** Names of node:crypto, one blank between them; empty: read without hashing. */
  readonly algorithms: string;
  /** In hex, in the order of `algorithms`, one blank between them. */
  readonly digests: string;
}

/** What is wanted besides the comparison. */
export interface HashOptions {
  /** Give the bytes back when they are right. */
  readonly keep: boolean;
  /** Give stamps of the files (see stamps.ts) as they were before and after they were read; needs the C library. */
  readonly stamp: boolean;
  /** Take each two jobs for a pair, whose texts are compared; needs `keep`. */
  readonly compare?: Comparison;
}

/** How pairs of files are compared. */
export interface Comparison {
  /** For each pair: 1 when both files are compressed by gzip. */
  readonly unpack: Uint8Array<ArrayBuffer>;
  /** The most that a file may come to when it is unpacked. */
  readonly mostBytes: number;
}

/** What two texts have in common, as sets of lines. */
export interface ComparedLines {
  /** Where the lines that both have begin in the new text; nearly all in order. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** These lines, each up to its second blank and followed by LF. */
  readonly heads: string;
  /** Lines that only the new text has, with their ends. */
  readonly added: Uint8Array<ArrayBuffer>;
  /** Those that only the old one has. */
  readonly removed: Uint8Array<ArrayBuffer>;
}

/** How the second file of a pair differs from the first. */
export interface ComparedPair extends ComparedLines {
  /** The new text. */
  readonly text: Uint8Array<ArrayBuffer>;
}

/** Jobs as they go to a worker, in columns with NUL between values: a piece each to be copied, where jobs were thousands. */
export interface HashBatch {
  readonly paths: string;
  readonly sizes: Float64Array<ArrayBuffer>;
  readonly algorithms: string;
  readonly digests: string;
  readonly keep: boolean;
  readonly stamp: StampRequest | undefined;
  readonly compare: Comparison | undefined;
}

/** Why a file is not what it must be. `type`: not a regular file; `io`: could not be read. */
export interface HashFailure {
  readonly kind: "size" | "digest" | "missing" | "type" | "io";
  /** What was found: bytes, digests, a file type, an errno name. */
  readonly actual: string;
}

/** What became of a batch. */
export interface HashReport {
  /** Bytes read. */
  bytes: number;
  /** Those that failed, by their place in the batch, in order. */
  readonly failures: (HashFailure & { readonly index: number })[];
  /** The bytes of those that did not fail, one after the other, if they are to be kept. */
  readonly contents: Uint8Array<ArrayBuffer>;
  /** A stamp for each job, if wanted; all zeros for what was not there or was written to meanwhile. */
  readonly stamps: Uint32Array<ArrayBuffer>;
  /** By pair, if they are to be compared, in place of `contents`; `undefined` where one failed or cannot be unpacked. */
  readonly pairs?: readonly (ComparedPair | undefined)[];
}

/** Checks files on several processors. End it with `using`. */
export interface HashPool extends Disposable {
  /** Checks a batch; any number may be under way. Rejects when a worker breaks down; never settles once the pool is ended. */
  check(jobs: readonly HashJob[], options?: HashOptions): Promise<HashReport>;
  /** Batches to keep under way so that no processor waits. */
  readonly depth: number;
}

/** A batch that is too small to be sent to another thread, which may just be starting. */
const [SMALL_FILES, SMALL_BYTES] = [64, 256 * 1024];

/** As many files as are hashed here in the time that a worker takes to start. */
const FEW_FILES = 4000;

/** How the threads of a pool come about. */
export interface PoolOptions {
  /**
   * For a caller that has to wait for something else anyway, and whose own thread has other work to do: that takes the
   * place of one of them.
   */
  readonly startsAtOnce?: boolean;
  /** One that is there already; who lends it ends it. */
  readonly lent?: HashThread | undefined;
}

/**
 * Makes a pool of `workers` threads. They start once {@linkcode FEW_FILES} files have been checked without them, so
 * that a small tree does not pay for them; with fewer than two, everything is done in this thread.
 */
export function hashPool(workers: number, { startsAtOnce = false, lent }: PoolOptions = {}): HashPool {
  const threads: HashThread[] = lent === undefined ? [] : [lent];
  const most = startsAtOnce ? workers - 1 : workers;
  const start = () => {
    while (threads.length < most) threads.push(startThread());
  };
  let files = 0;
  if (startsAtOnce && workers >= 2) start();
  return {
    depth: workers * 2,
    check(jobs, options = { keep: false, stamp: false }) {
      const batch = batchOf(jobs, options);
      const areMany = (files += jobs.length) > FEW_FILES;
      if (workers < 2 || isSmall(jobs) || threads.length === 0 && !areMany) return Promise.resolve(answerBatch(batch));
      if (areMany) start();
      const thread = threads.reduce((a, b) => b.waiting() < a.waiting() ? b : a);
      return thread.check(batch);
    },
    [Symbol.dispose]: () => {
      for (const thread of threads) if (thread !== lent) thread.end();
    },
  };
}

/** Whether it takes no longer here than to have another thread do it. */
function isSmall(jobs: readonly HashJob[]): boolean {
  return jobs.length <= SMALL_FILES && jobs.reduce((bytes, { size }) => bytes + size, 0) <= SMALL_BYTES;
}

function batchOf(jobs: readonly HashJob[], { keep, stamp, compare }: HashOptions): HashBatch {
  return {
    paths: jobs.map(({ path }) => path).join("\0"),
    sizes: Float64Array.from(jobs, ({ size }) => size),
    algorithms: jobs.map(({ algorithms }) => algorithms).join("\0"),
    digests: jobs.map(({ digests }) => digests).join("\0"),
    keep,
    stamp: stamp ? STAMP_REQUEST : undefined,
    compare,
  };
}

/** One thread that hashes. */
export interface HashThread {
  check(batch: HashBatch): Promise<HashReport>;
  /** Batches that it has not answered yet. */
  waiting(): number;
  end(): void;
}

function startThread(): HashThread {
  const worker = startTextWorker(hashProgram(), "rcusync hash worker", {
    onMessage: (event: MessageEvent<HashReport>) => thread.answer(event.data),
    onError: (error) => thread.fail(error),
  });
  const thread = hashThread(worker);
  return thread;
}

/** What a worker that hashes runs. */
export function hashProgram(): string {
  return joinedProgram(compareLinesText, hashFilesText, hashWorkerText);
}

/** A worker with the {@linkcode hashProgram} as a thread of a pool; who started it passes on what comes from it. */
export function hashThread(
  worker: Pick<Worker, "postMessage" | "terminate">,
): HashThread & { answer(report: HashReport): void; fail(error: Error): void } {
  // Answers come in the order of the questions.
  const pending: PromiseWithResolvers<HashReport>[] = [];
  return {
    check(batch) {
      const answer = Promise.withResolvers<HashReport>();
      pending.push(answer);
      worker.postMessage(batch);
      return answer.promise;
    },
    waiting: () => pending.length,
    end: () => worker.terminate(),
    answer: (report) => pending.shift()?.resolve(report),
    fail: (error) => pending.splice(0).forEach(({ reject }) => reject(error)),
  };
}
