import { chunk } from "@std/collections/chunk";
import { checkDirectories } from "./check_directories.js";
import type { Clock } from "./clock.ts";
import { batchOf } from "./hash_files.js";
import type {
  Comparison,
  DirectoryJob,
  DirectoryReport,
  HashJob,
  HashReport,
  Listing,
  NameSums,
} from "./hash_messages.ts";
import { type HashThread, leastBusy, startHashThread } from "./hash_thread.ts";
import { answerBatch } from "./hash_worker.js";
import { STAMP_REQUEST } from "./stamps.ts";
import { SUM_WORDS, sumDirectories } from "./sum_names.js";
import { type SharedWork, WorkQueue } from "./work_queue.ts";

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

/** Checks files on several processors. End it with `using`. */
export interface HashPool extends Disposable {
  /**
   * Checks a batch; any number may be under way. Rejects when a worker breaks down; never settles once the pool is
   * ended.
   */
  check(jobs: readonly HashJob[], options?: HashOptions): Promise<HashReport>;
  /**
   * Checks the directories that some Manifests are in, by these, when nothing is left to be given out that cannot wait.
   */
  checkDirectories(manifests: readonly HashJob[], known: DirectoryJob["known"]): Promise<DirectoryReport>;
  /** Has another thread list directories; `undefined` where there is none. */
  list(directories: readonly string[]): Promise<Listing> | undefined;
  /** Has another thread add up the names in directories; `undefined` where there is none. */
  sumNames(directories: readonly string[]): Promise<NameSums["sums"]> | undefined;
  /**
   * Starts the threads now, for a caller that has to wait for something else anyway, and whose own thread has other
   * work to do.
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
  /** A thread that the caller lends; the caller also ends it. */
  readonly lent?: HashThread | undefined;
  /** Makes this thread one of the pool's: it works while it would otherwise wait. Without, it starts as many others. */
  readonly clock?: Pick<Clock, "yield"> | undefined;
}

/**
 * Makes a pool of `workers` threads. Unless they are started before, they start once {@linkcode FEW_FILES} files have
 * been checked without them, so that a small tree does not pay for them; with fewer than two, everything is done in
 * this thread.
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
