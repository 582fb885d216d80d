import type { HashPool } from "../host/hash_pool.ts";
import { compareChangeTimes, isNoFile, sameStamp, sizeOf, STAMP_WORDS, type Stamps } from "../host/stamps.ts";
import { wrongFiles } from "./entry_files.ts";
import type { FileEntry } from "./entry.ts";
import { Fingerprinter } from "./fingerprint.ts";
import { recognizable } from "./recognizable.ts";

/** A file that was read where it is now, and is as its entry demands. */
export interface RightFile {
  readonly path: string;
  /** Of before it was read, and of after. */
  readonly stamp: Uint32Array<ArrayBuffer>;
  /** Of its entry. */
  readonly print: Uint32Array<ArrayBuffer>;
}

/**
 * Reads the files of `entries` below `root`, which were right by all digests where they came from, and returns what a
 * later verification can recognize them by; `undefined` when one is not as it must be, changes meanwhile, or is so new
 * that a later write could share its change time.
 *
 * @param settled the stamp of a file that was made after the last change, long enough ago (section 16.2).
 */
export async function verifyChanged(
  { stamps, pool, root, settled }: {
    readonly stamps: Stamps;
    readonly pool: HashPool;
    readonly root: string;
    readonly settled: Uint32Array;
  },
  entries: readonly FileEntry[],
): Promise<readonly RightFile[] | undefined> {
  const before = stampsOf(stamps, root, entries);
  const isFit = (entry: FileEntry) => {
    const stamp = before.get(entry.path);
    return stamp !== undefined && !isNoFile(stamp, 0) && sizeOf(stamp, 0) === entry.size &&
      compareChangeTimes(stamp, 0, settled, 0) <= 0;
  };
  if (!entries.every(isFit)) return undefined;
  if ((await wrongFiles({ pool, root }, entries.map(recognizable))).size > 0) return undefined;
  const after = stampsOf(stamps, root, entries);
  const right = entries.flatMap((entry): RightFile[] => {
    const [stamp, later] = [before.get(entry.path), after.get(entry.path)];
    if (stamp === undefined || later === undefined || !sameStamp(stamp, 0, later, 0)) return [];
    return [{ path: entry.path, stamp, print: printOf(entry) }];
  });
  return right.length === entries.length ? right : undefined;
}

function stampsOf(
  stamps: Stamps,
  root: string,
  entries: readonly FileEntry[],
): ReadonlyMap<string, Uint32Array<ArrayBuffer>> {
  const names = Map.groupBy(entries, ({ path }) => path.slice(0, Math.max(0, path.lastIndexOf("/"))));
  const found = new Map<string, Uint32Array<ArrayBuffer>>();
  for (const [dir, inside] of names) {
    const words = stamps.of(`${root}/${dir}`, inside.map(({ path }) => path.slice(path.lastIndexOf("/") + 1)));
    inside.forEach(({ path }, index) => found.set(path, words.slice(index * STAMP_WORDS, (index + 1) * STAMP_WORDS)));
  }
  return found;
}

function printOf({ digests }: FileEntry): Uint32Array<ArrayBuffer> {
  const bytes = Uint8Array.fromHex(digests.map(({ hex }) => hex).join(""));
  return new Fingerprinter().of(bytes, digests.map(({ algorithm }) => algorithm));
}
