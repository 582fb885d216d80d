import type { HashJob, HashOptions, HashPool, HashReport } from "../host/hash_pool.ts";
import type { System } from "../host/system.ts";

/** Something to check, and who wants to know. */
export interface Check<T> {
  readonly subject: T;
  readonly job: HashJob;
}

/** How {@linkcode checkBatches} goes about it. */
export interface BatchOptions<T> {
  readonly pool: HashPool;
  readonly options: HashOptions;
  readonly signal: AbortSignal | undefined;
  /** Gets what became of the subjects of one batch; batches end in any order. What it has of the report is gone then. */
  readonly onReport: (subjects: readonly T[], report: HashReport) => void | Promise<void>;
}

const BATCH_FILES = 128;

/** Batches after which signals and timers get their turn. */
const YIELD_EVERY = 16;

/**
 * Checks all that `checks` yields, as many batches at a time as keep the pool busy. It is taken from only as fast as
 * the pool works, so memory stays bounded.
 *
 * @throws the signal's reason when it aborts.
 */
export async function checkBatches<T>(
  { clock }: Pick<System, "clock">,
  checks: Iterable<Check<T>>,
  { pool, options, signal, onReport }: BatchOptions<T>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let batches = 0;
  const start = (batch: readonly Check<T>[]) => {
    const done = pool.check(batch.map(({ job }) => job), options)
      .then(async (report) => {
        await onReport(batch.map(({ subject }) => subject), report);
        // The garbage collector would let hundreds of them pile up.
        report.contents.buffer.transfer(0);
        report.stamps.buffer.transfer(0);
      })
      .then(() => void underWay.delete(done));
    // It is awaited below; until then a rejection must not count as unhandled.
    done.catch(() => {});
    underWay.add(done);
  };
  for (const batch of inBatches(checks)) {
    start(batch);
    if (++batches % YIELD_EVERY === 0) await clock.yield();
    if (underWay.size >= pool.depth) await Promise.race(underWay);
    signal?.throwIfAborted();
  }
  await Promise.all(underWay);
  signal?.throwIfAborted();
}

function* inBatches<T>(items: Iterable<T>): Iterable<readonly T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < BATCH_FILES) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Checks files as {@linkcode checkBatches} does, and returns the places of those that failed. */
export async function failuresOf(pool: HashPool, jobs: readonly HashJob[]): Promise<number[]> {
  const batches = [...inBatches(jobs)];
  const reports = await Promise.all(batches.map((batch) => pool.check(batch)));
  return reports.flatMap(({ failures }, at) => failures.map(({ index }) => at * BATCH_FILES + index));
}
