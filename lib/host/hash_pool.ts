import { chunk } from "@std/collections/chunk";
import { checkDirectories } from "./check_directories.js";
import type { Clock } from "./clock.ts";
import { batchOf } from "./hash_files.js";
import { type HashThread, leastBusy, startHashThread } from "./hash_thread.ts";
import { answerBatch } from "./hash_worker.js";
import { STAMP_REQUEST, type StampRequest } from "./stamps.ts";
import { SUM_WORDS, sumDirectories } from "./sum_names.js";
import { type SharedWork, WorkQueue } from "./work_queue.ts";

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
  /** Let what others ask for go first. */
  readonly canWait?: boolean;
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
  /** Runs of these lines that are about the same directory, RUN_WORDS of line_runs.js for each. */
  readonly runs: Uint32Array<ArrayBuffer>;
  /**
   * For each run the first field of its lines, a blank and the directory in their second, without a slash at its end;
   * nothing for a line that is not plain. Each followed by LF.
   */
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

/** Directories as they go to a worker. */
export interface ListingJob {
  /** Absolute. */
  readonly directories: readonly string[];
  readonly stamp: StampRequest;
}

/** What is in some directories, links not followed. */
export interface Listing {
  /** By directory: how many names it has; -1 for one that cannot be listed. */
  readonly counts: Int32Array<ArrayBuffer>;
  /** Those of all directories, each followed by NUL; in UTF-8, with invalid bytes replaced. */
  readonly names: string;
  /** By name, as in tree_names.ts. */
  readonly types: Uint8Array<ArrayBuffer>;
}

/** Directories whose names are to be added up, as they go to a worker. */
export interface SumJob {
  /** Absolute. */
  readonly summed: readonly string[];
  readonly stamp: StampRequest;
}

/** What names come to; see sum_names.js. */
export interface NameSums {
  /** By directory, SUM_WORDS for each. */
  readonly sums: Uint32Array<ArrayBuffer>;
}

/** Directories to be checked by the lists in them, as they go to a worker. */
export interface DirectoryJob {
  /** Of what their parents demand of them. */
  readonly lists: HashBatch;
  /** The digests that prove something: names of node:crypto, by those in the lists. */
  readonly known: ReadonlyMap<string, string>;
  readonly stamp: StampRequest;
}

/** What directories came to. */
export interface DirectoryReport {
  /** Files read. */
  readonly hashed: number;
  /** Absolute: the first file that is not as it must be, or that no list names. */
  readonly wrong?: string | undefined;
  /** Places of lists that have yet to be read otherwise, with all that they name. */
  readonly odd: Uint32Array<ArrayBuffer>;
}

/** Checks files on several processors. End it with `using`. */
export interface HashPool extends Disposable {
  /** Checks a batch; any number may be under way. Rejects when a worker breaks down; never settles once the pool is ended. */
  check(jobs: readonly HashJob[], options?: HashOptions): Promise<HashReport>;
  /** Checks the directories that some Manifests are in, by these, when nothing is left to be given out that cannot wait. */
  checkDirectories(manifests: readonly HashJob[], known: DirectoryJob["known"]): Promise<DirectoryReport>;
  /** Has another thread list directories; `undefined` where there is none. */
  list(directories: readonly string[]): Promise<Listing> | undefined;
  /** Has another thread add up the names in directories; `undefined` where there is none. */
  sumNames(directories: readonly string[]): Promise<NameSums["sums"]> | undefined;
  /**
   * Starts the threads now, for a caller that has to wait for something else anyway, and whose own thread has other work
   * to do.
   */
  start(): void;
  /** Batches to keep under way so that no processor waits. */
  readonly depth: number;
}

/** A batch that is too small to be sent to another thread, which may just be starting. */
const [SMALL_FILES, SMALL_BYTES] = [64, 256 * 1024];

/** As many files as are hashed here in the time that a worker takes to start. */
const FEW_FILES = 4000;

/** How the threads of a pool come about. */
export interface PoolOptions {
  /** One that is there already; who lends it ends it. */
  readonly lent?: HashThread | undefined;
  /** Makes this thread one of the pool's: it works while it would otherwise wait. Without, it starts as many others. */
  readonly clock?: Pick<Clock, "yield"> | undefined;
}

/**
 * Makes a pool of `workers` threads. Unless they are started before, they start once {@linkcode FEW_FILES} files have been
 * checked without them, so that a small tree does not pay for them; with fewer than two, everything is done in this thread.
 */
export function hashPool(workers: number, { lent, clock }: PoolOptions = {}): HashPool {
  const threads: HashThread[] = lent === undefined ? [] : [lent];
  const queue = clock && new WorkQueue(threads, clock);
  const others = queue === undefined ? workers : workers - 1;
  const start = () => {
    while (workers >= 2 && threads.length < others) threads.push(startHashThread());
  };
  const share = <T>(work: SharedWork<T>, canWait = false) =>
    queue?.add(work, { canWait }) ?? work.there(leastBusy(threads));
  let files = 0;
  return {
    depth: workers * 2,
    check(jobs, { keep, stamp, compare, canWait } = { keep: false, stamp: false }) {
      const batch = batchOf(jobs, { keep, stamp: stamp ? STAMP_REQUEST : undefined, compare });
      const areMany = (files += jobs.length) > FEW_FILES;
      if (workers < 2 || isSmall(jobs) || threads.length === 0 && !areMany) return Promise.resolve(answerBatch(batch));
      if (areMany) start();
      return share({ there: (thread) => thread.check(batch), here: () => answerBatch(batch) }, canWait);
    },
    checkDirectories(manifests, known) {
      const lists = batchOf(manifests, { keep: true, stamp: undefined, compare: undefined });
      const job = { lists, known, stamp: STAMP_REQUEST };
      if (threads.length === 0) return Promise.resolve(checkDirectories(job));
      return share({ there: (thread) => thread.checkDirectories(job), here: () => checkDirectories(job) }, true);
    },
    start,
    list: (directories) =>
      threads.length === 0 ? undefined : leastBusy(threads).list({ directories, stamp: STAMP_REQUEST }),
    sumNames: (directories) => threads.length === 0 ? undefined : sumByParts(share, directories),
    [Symbol.dispose]: () => {
      queue?.clear();
      for (const thread of threads) if (thread !== lent) thread.end();
    },
  };
}

/** Directories that a thread adds up at a time. */
const SUMMED_AT_A_TIME = 50;

async function sumByParts(
  share: (work: SharedWork<NameSums["sums"]>) => Promise<NameSums["sums"]>,
  directories: readonly string[],
): Promise<NameSums["sums"]> {
  const sums = new Uint32Array(directories.length * SUM_WORDS);
  await Promise.all(
    chunk(directories, SUMMED_AT_A_TIME).map(async (summed, part) => {
      const job = { summed, stamp: STAMP_REQUEST };
      const found = await share({ there: (thread) => thread.sumNames(job), here: () => sumDirectories(job).sums });
      sums.set(found, part * SUMMED_AT_A_TIME * SUM_WORDS);
    }),
  );
  return sums;
}

/** Whether it takes no longer here than to have another thread do it. */
function isSmall(jobs: readonly HashJob[]): boolean {
  return jobs.length <= SMALL_FILES && jobs.reduce((bytes, { size }) => bytes + size, 0) <= SMALL_BYTES;
}
