import type { HashPool } from "../host/hash_pool.ts";
import { inBatches } from "./check_batches.ts";
import type { FileEntry } from "./entry.ts";
import { hashJobOf } from "./hash_job.ts";
import { noteSeen, type SeenFiles } from "./seen_files.ts";

/** Where files are, and who reads them. */
export interface EntryFiles {
  readonly pool: HashPool;
  /** Of the tree. */
  readonly root: string;
  /** Joined by the files that are right. */
  readonly seen?: SeenFiles | undefined;
  /** Let what others ask the pool for go first. */
  readonly canWait?: boolean;
}

/**
 * Reads files and calls `visit` with the bytes of each that is as its entry demands, while others are still being read.
 */
export async function visitRight(
  { pool, root, seen, canWait = false }: EntryFiles,
  entries: readonly FileEntry[],
  visit: (path: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<void> {
  const read = async (batch: readonly FileEntry[]) => {
    const jobs = batch.map((entry) => hashJobOf(root, entry));
    const report = await pool.check(jobs, { keep: true, stamp: seen !== undefined, canWait });
    const { failures, contents } = report;
    if (seen !== undefined) noteSeen(seen, report, batch.map(({ path }) => path));
    const failed = new Set(failures.map(({ index }) => index));
    let at = 0;
    for (const [index, { path, size }] of batch.entries()) {
      if (!failed.has(index)) await visit(path, contents.subarray(at, at += size));
    }
  };
  await Promise.all(inBatches(entries, ({ size }) => size).map(read));
}

/** Reads files; returns the paths of those that are not as their entries demand. */
export async function wrongFiles(
  { pool, root, seen, canWait = false }: EntryFiles,
  entries: readonly FileEntry[],
): Promise<ReadonlySet<string>> {
  const read = async (batch: readonly FileEntry[]) => {
    const jobs = batch.map((entry) => hashJobOf(root, entry));
    const report = await pool.check(jobs, { keep: false, stamp: seen !== undefined, canWait });
    if (seen !== undefined) noteSeen(seen, report, batch.map(({ path }) => path));
    return report.failures.flatMap(({ index }) => batch[index]?.path ?? []);
  };
  return new Set((await Promise.all(inBatches(entries, ({ size }) => size).map(read))).flat());
}
