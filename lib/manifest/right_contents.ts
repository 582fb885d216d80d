import type { HashPool } from "../host/hash_pool.ts";
import type { FileEntry } from "./entry.ts";
import { hashJobOf } from "./hash_job.ts";

/** Reads files below `root`; returns the bytes of those that are as their entries demand, by path. */
export async function rightContents(
  pool: HashPool,
  root: string,
  entries: readonly FileEntry[],
): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const jobs = entries.map((entry) => hashJobOf(root, entry));
  const { failures, contents } = await pool.check(jobs, { keep: true, stamp: false });
  const failed = new Set(failures.map(({ index }) => index));
  const right = new Map<string, Uint8Array<ArrayBuffer>>();
  let at = 0;
  for (const [index, { path, size }] of entries.entries()) {
    if (!failed.has(index)) right.set(path, contents.slice(at, at += size));
  }
  return right;
}
