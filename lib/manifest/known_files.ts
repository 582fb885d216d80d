import { KnownShard } from "./known_shard.ts";

/** Shards of {@linkcode KnownFiles}: few enough to be read at once, so many that a small change touches few. */
export const SHARDS = 64;

/**
 * The files of a tree whose contents were read and found to be as their Manifest entries demand, each with the stamp
 * that it had then and the fingerprint of those entries. A file that still has both need not be read again, since
 * nobody can set the change time of a file (section 16.2).
 *
 * Files of one directory are in one shard. What is recorded counts once the whole tree is found to be right.
 */
export class KnownFiles {
  readonly shards: readonly KnownShard[];

  constructor(shards: readonly KnownShard[] = Array.from({ length: SHARDS }, () => new KnownShard())) {
    this.shards = shards;
  }

  get count(): number {
    return this.shards.reduce((sum, { count }) => sum + count, 0);
  }

  /** The shard of the files of a directory, which is a path from the root of the tree, empty for the root. */
  of(directory: string): KnownShard {
    const shard = this.shards[shardNumber(directory)];
    if (shard === undefined) throw new RangeError(`There are ${this.shards.length} shards`);
    return shard;
  }
}

/** Which shard has the files of a directory: FNV-1a, its upper bits mixed in. */
export function shardNumber(directory: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < directory.length; at++) hash = Math.imul(hash ^ directory.charCodeAt(at), 0x01000193);
  return (hash ^ hash >>> 15) & (SHARDS - 1);
}
