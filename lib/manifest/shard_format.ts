import { textHash } from "../base/text_hash.ts";
import { STAMP_WORDS } from "../host/stamps.ts";
import { FINGERPRINT_WORDS } from "./fingerprint.ts";
import { type NameIndex, ROOT_DIRECTORY, rowOfDirectory } from "./name_index.ts";

/**
 * How some Manifests and the files that they name are kept, to be recognized by a later verification: words, then the
 * bytes of all names, one after the other in the same order.
 *
 * - Format; number of directories, groups and rows; bytes of the names.
 * - Directories, those above first: number of the one above, bytes of the name. The root is number 0 and not told.
 * - Groups: directory of the Manifest, bytes of its name, rows, whether these are all that it says, its size in two
 *   words, its fingerprint.
 * - Rows, those of the first group first: kind and bytes of the name, directory, size in two words, fingerprint, stamp.
 */
export const SHARD = {
  /** Changes whenever this, or what is meant by it, does. */
  format: 0x52435502,
  headWords: 5,
  directoryWords: 2,
  groupWords: 6 + FINGERPRINT_WORDS,
  rowWords: 4 + FINGERPRINT_WORDS + STAMP_WORDS,
} as const;

/** Shards of a state: many, so that a small change replaces few of them. */
export const SHARDS = 256;

/**
 * Tells which shard has the rows of the Manifests in a directory: all of a category of packages are in one, with its
 * cached metadata, since they change together.
 */
export function shardNumbers(names: NameIndex): (directory: number) => number {
  const known = new Map<number, number>();
  return (directory) => {
    const key = isPackage(names, directory) ? names.parentOf(directory) : directory;
    const number = known.get(key) ?? shardOf(key === ROOT_DIRECTORY ? "" : names.nameOf(rowOfDirectory(key)));
    known.set(key, number);
    return number;
  };
}

function isPackage(names: NameIndex, directory: number): boolean {
  const above = names.parentOf(directory);
  return directory !== ROOT_DIRECTORY && above !== ROOT_DIRECTORY && names.parentOf(above) === ROOT_DIRECTORY;
}

function shardOf(name: string): number {
  return textHash(name) & (SHARDS - 1);
}
