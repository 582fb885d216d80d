import { compareChangeTimes, STAMP_WORDS, type Stamps } from "../host/stamps.ts";
import type { Files } from "../host/files.ts";
import { shardNumber } from "../manifest/known_files.ts";
import type { KnownShard } from "../manifest/known_shard.ts";
import type { StoreLayout } from "../store/layout.ts";
import { latestSnapshot } from "../store/snapshots.ts";
import { readShard, readVerifiedHead, writeShards } from "./verified_state.ts";

/**
 * Making and removing links to a file moves its change time, by which verification would take it for another. Whoever
 * does so on purpose lets the state of the verified files follow: a file that was as recorded just before the change
 * and differs in nothing but the change time just after it is still the one that was verified (section 16.3). What
 * happens to files behind the back of this is not followed, and is noticed.
 */
export interface FollowedLinks {
  /** Does what adds or removes links to files `names` of a directory, a path from the root of the tree, which is `.`. */
  across(directory: string, names: readonly string[], change: () => void): void;
  /** Makes the state on disk good again. */
  save(): void;
}

/**
 * Follows the links of the latest snapshot; `undefined` when there is no state that could suffer. Of the state it reads
 * and writes but what is concerned. Needs the lock.
 */
export function followLinks(files: Files, layout: StoreLayout): FollowedLinks | undefined {
  const { stamps } = files;
  const latest = latestSnapshot(files, layout);
  const head = readVerifiedHead(files, layout);
  if (stamps === undefined || latest === undefined || head === undefined) return undefined;
  const shards = new Map<number, KnownShard>();
  const shardOf = (directory: string) => {
    const number = shardNumber(directory);
    const shard = shards.get(number) ?? readShard(files, layout, head.shards[number] ?? "");
    // One that is damaged stays so, for the next check to notice.
    if (shard !== undefined) shards.set(number, shard);
    return shard;
  };
  return {
    across: (path, names, change) => {
      const directory = path === "." ? "" : path;
      const shard = shardOf(directory);
      if (shard === undefined) change();
      else follow(shard, { stamps, tree: latest.path, directory, names, change });
    },
    save: () => writeShards(files, layout, head, shards),
  };
}

interface LinkChange {
  readonly stamps: Stamps;
  readonly tree: string;
  /** Empty for the root of the tree. */
  readonly directory: string;
  readonly names: readonly string[];
  readonly change: () => void;
}

function follow(shard: KnownShard, { stamps, tree, directory, names, change }: LinkChange): void {
  const full = directory === "" ? tree : `${tree}/${directory}`;
  const prefix = directory === "" ? "" : `${directory}/`;
  const before = stamps.of(full, names).slice(0, names.length * STAMP_WORDS);
  const stood = names.map((name, index) => shard.stands(prefix + name, before, index * STAMP_WORDS));
  change();
  const after = stamps.of(full, names);
  for (const [index, name] of names.entries()) {
    const at = index * STAMP_WORDS;
    if (!stood[index]) continue;
    if (compareChangeTimes(after, at, before, at) < 0) shard.forget(prefix + name);
    else shard.follow(prefix + name, after, at);
  }
}
