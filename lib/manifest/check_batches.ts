import type { HashJob, HashReport } from "../host/hash_messages.ts";
import type { HashOptions, HashPool } from "../host/hash_pool.ts";
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
  /**
   * Gets what became of the subjects of one batch; batches end in any order. What it has of the report is gone then.
   */
  readonly onReport: (subjects: readonly T[], report: HashReport) => void | Promise<void>;
}

const BATCH_FILES = 128;

/** Bytes to be read after which a batch is full, so that large files are shared out as well. */
const BATCH_BYTES = 1024 * 1024;

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
    // Their jobs, each with a path and digests, are not kept until the answer comes.
    const subjects = batch.map(({ subject }) => subject);
    const done = pool.check(batch.map(({ job }) => job), options)
      .then(async (report) => {
        await onReport(subjects, report);
        // The garbage collector would let hundreds of them pile up.
        report.contents.buffer.transfer(0);
        report.stamps.buffer.transfer(0);
      })
      .then(() => void underWay.delete(done));
    // It is awaited below; until then a rejection must not count as unhandled.
    done.catch(() => {});
    underWay.add(done);
  };
  for (const batch of inBatches(checks, ({ job }) => job.size)) {
    start(batch);
    if (++batches % YIELD_EVERY === 0) await clock.yield();
    if (underWay.size >= pool.depth) await Promise.race(underWay);
    signal?.throwIfAborted();
  }
  await Promise.all(underWay);
  signal?.throwIfAborted();
}

/** Parts of about the same cost to read, in order. */
export function* inBatches<T>(items: Iterable<T>, bytesOf: (item: T) => number): Generator<readonly T[], void> {
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    batch.push(item);
    bytes += bytesOf(item);
    if (batch.length < BATCH_FILES && bytes < BATCH_BYTES) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}
