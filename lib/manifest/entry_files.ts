import type { HashPool } from "../host/hash_pool.ts";
import { inBatches } from "./check_batches.ts";
import type { FileEntry } from "./entry.ts";
import { hashJobOf } from "./hash_job.ts";

/** Reads files below `root`; returns the bytes of those that are as their entries demand, by path. */
export async function rightContents(
  pool: HashPool,
  root: string,
  entries: readonly FileEntry[],
): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const right = new Map<string, Uint8Array<ArrayBuffer>>();
  await Promise.all(
    inBatches(entries, ({ size }) => size).map(async (batch) => {
      const jobs = batch.map((entry) => hashJobOf(root, entry));
      const { failures, contents } = await pool.check(jobs, { keep: true, stamp: false });
      const failed = new Set(failures.map(({ index }) => index));
      let at = 0;
      for (const [index, { path, size }] of batch.entries()) {
        if (!failed.has(index)) right.set(path, contents.subarray(at, at += size));
      }
    }),
  );
  return right;
}

/** Reads files below `root`; returns the paths of those that are not as their entries demand. */
export async function wrongFiles(
  pool: HashPool,
  root: string,
  entries: readonly FileEntry[],
): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    inBatches(entries, ({ size }) => size).map(async (batch) => {
      const { failures } = await pool.check(batch.map((entry) => hashJobOf(root, entry)));
      return failures.flatMap(({ index }) => batch[index]?.path ?? []);
    }),
  );
  return new Set(found.flat());
}
