import { hashFiles } from "./hash_files.js";
import workerProgram from "./hash_files.js" with { type: "text" };

/** A file and what it must be. */
export interface HashJob {
  /** Absolute; opened without following a link in its last component. */
  readonly path: string;
  readonly size: number;
  /** Names of node:crypto, one blank between them; empty: read without hashing. */
  readonly algorithms: string;
  /** In hex, in the order of `algorithms`, one blank between them. */
  readonly digests: string;
  /** Give the bytes back when they are right. */
  readonly keep?: boolean;
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
  /** The bytes of the jobs to keep that did not fail, in order. */
  readonly contents: Uint8Array<ArrayBuffer>[];
}

/** Checks files on several processors. End it with `using`. */
export interface HashPool extends Disposable {
  /** Checks a batch; any number may be under way. Rejects when a worker breaks down; never settles once the pool is ended. */
  check(jobs: readonly HashJob[]): Promise<HashReport>;
  /** Batches to keep under way so that no processor waits. */
  readonly depth: number;
}

/** As many files as are hashed here in the time that a worker takes to start. */
const INLINE_FILES = 1500;

/**
 * Makes a pool of `workers` threads. They start once {@linkcode INLINE_FILES} files have been checked in this thread,
 * so that a small tree does not pay for them; with fewer than two, everything is done in this thread.
 */
export function hashPool(workers: number): HashPool {
  const threads: HashThread[] = [];
  let inlineFiles = 0;
  return {
    depth: workers * 2,
    check(jobs) {
      if (workers < 2 || inlineFiles < INLINE_FILES) {
        inlineFiles += jobs.length;
        return Promise.resolve(hashFiles(jobs));
      }
      while (threads.length < workers) threads.push(startThread());
      const thread = threads.reduce((a, b) => b.waiting() < a.waiting() ? b : a);
      return thread.check(jobs);
    },
    [Symbol.dispose]: () => threads.forEach((thread) => thread.end()),
  };
}

interface HashThread {
  check(jobs: readonly HashJob[]): Promise<HashReport>;
  /** Batches that it has not answered yet. */
  waiting(): number;
  end(): void;
}

/**
 * Starts a worker from the text of its program: a file beside this one would not be there in a bundle, and a blob
 * URL would not be in a compiled executable.
 */
function startThread(): HashThread {
  const url = `data:text/javascript,${encodeURIComponent(workerProgram)}`;
  const worker = new Worker(url, { type: "module", name: "rcusync hash worker" });
  // Answers come in the order of the questions.
  const pending: PromiseWithResolvers<HashReport>[] = [];
  const fail = (error: Error) => pending.splice(0).forEach(({ reject }) => reject(error));
  worker.onmessage = (event: MessageEvent<HashReport>) => pending.shift()?.resolve(event.data);
  worker.onerror = (event) => {
    event.preventDefault();
    fail(new Error(`A hash worker broke down: ${event.message}`));
  };
  return {
    check(jobs) {
      const answer = Promise.withResolvers<HashReport>();
      pending.push(answer);
      worker.postMessage(jobs);
      return answer.promise;
    },
    waiting: () => pending.length,
    end: () => worker.terminate(),
  };
}
