import type { Files } from "../host/files.ts";
import { shardNumber } from "../manifest/known_files.ts";
import type { KnownShard } from "../manifest/known_shard.ts";
import type { StoreLayout } from "../store/layout.ts";
import { readShard, readVerifiedHead, type VerifiedState, writeShards } from "./verified_state.ts";

/** A file that was read and found to be right. */
export interface VerifiedFile {
  /** From the root of the tree. */
  readonly path: string;
  /** Taken before it was read, when the file system's clock was past the tick of its change time (section 16.2). */
  readonly stamp: Uint32Array;
  /** Of the entry for its path. */
  readonly print: Uint32Array;
}

/** What is known of a snapshot that was made of the one that was verified last. */
export interface VerifiedChange extends Pick<VerifiedState, "snapshot" | "textDigest" | "settledNs"> {
  /** Every file of it that is not as it was: another inode or another entry, Manifests among them. */
  readonly changed: Iterable<VerifiedFile>;
}

/**
 * Makes the state that of another snapshot, which the caller has verified, reading and writing only the shards of what
 * changed; what is gone need not be told. False, and nothing is done, when there is no state to go on from. Needs the
 * lock, and the snapshot published and flushed.
 */
export function noteVerified(files: Files, layout: StoreLayout, change: VerifiedChange): boolean {
  const head = readVerifiedHead(files, layout);
  if (head === undefined) return false;
  const shards = new Map<number, KnownShard>();
  for (const { path, stamp, print } of change.changed) {
    const number = shardNumber(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
    const shard = shards.get(number) ?? readShard(files, layout, head.shards[number] ?? "");
    if (shard === undefined) return false;
    shards.set(number, shard);
    shard.record(path, stamp, 0, print);
  }
  const { snapshot, textDigest, settledNs } = change;
  writeShards(files, layout, { ...head, snapshot, textDigest, settledNs: String(settledNs) }, shards);
  return true;
}
