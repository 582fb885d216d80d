import { createHash } from "node:crypto";
import { join } from "@std/path";
import { isErrno } from "../base/errno.ts";
import type { Files } from "../host/files.ts";
import { KnownFiles, SHARDS } from "../manifest/known_files.ts";
import { KnownShard } from "../manifest/known_shard.ts";
import { readJsonFile, writeJsonFile } from "../store/json_file.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Snapshot } from "../store/snapshots.ts";

/** The snapshot of a store that was verified last, and what it was made of. */
export interface VerifiedState {
  readonly snapshot: VerifiedSnapshot;
  /** SHA-512 of the signed text of its top-level Manifest, in hex. */
  readonly textDigest: string;
  /** When every file was read last; milliseconds since 1970. */
  readonly fullMs: number;
  /** By the file system's clock, when the files were looked at; nanoseconds since 1970, 0 when that is unknown. */
  readonly settledNs: bigint;
  readonly known: KnownFiles;
}

/** Tells a snapshot from any other that ever bears its number. */
export type VerifiedSnapshot = Pick<Snapshot, "id" | "publishedMs"> & { readonly ino: number };

/** A state as it is on disk, with the shards in files of their own. */
export interface VerifiedHead {
  readonly schema: typeof SCHEMA;
  /** Inode and device of the directory that it was written in: a copy for another store is worth nothing. */
  readonly place: string;
  readonly snapshot: VerifiedSnapshot;
  readonly textDigest: string;
  readonly fullMs: number;
  readonly settledNs: string;
  /** Names of the files that hold them, each the SHA-256 of its content. */
  readonly shards: readonly string[];
}

/** Changes whenever the format does, or the rules by which trees are judged. */
const SCHEMA = 1;

const HEAD = "head.json";

/** It is for those who sync; and a writer may replace it at any moment. */
const UNREADABLE = ["EACCES", "ENOENT", "ENOTDIR", "EISDIR", "EIO"] as const;

/** Identifies a snapshot, which exists. */
export function identifySnapshot(files: Pick<Files, "lstat">, { id, path, publishedMs }: Snapshot): VerifiedSnapshot {
  return { id, publishedMs, ino: files.lstat(path)?.ino ?? 0 };
}

/** Whether two are the same snapshot. */
export function isSameSnapshot(a: VerifiedSnapshot, b: VerifiedSnapshot): boolean {
  return a.id === b.id && a.publishedMs === b.publishedMs && a.ino === b.ino;
}

/** The state of a store; `undefined` when there is none, or it is damaged, of another store or of other rules. */
export function readVerifiedState(files: Files, layout: StoreLayout): VerifiedState | undefined {
  try {
    const head = readVerifiedHead(files, layout);
    const shards = head?.shards.map((name) => readShard(files, layout, name));
    if (head === undefined || shards === undefined || !shards.every((shard) => shard !== undefined)) return undefined;
    return { ...head, settledNs: BigInt(head.settledNs), known: new KnownFiles(shards) };
  } catch (error) {
    if (isErrno(error, ...UNREADABLE)) return undefined;
    throw error;
  }
}

/** The head of the state alone; `undefined` as in {@linkcode readVerifiedState}. */
export function readVerifiedHead(files: Files, layout: StoreLayout): VerifiedHead | undefined {
  try {
    const value = readJsonFile(files, join(layout.verified, HEAD));
    return isHead(value) && value.place === placeOf(files, layout) ? value : undefined;
  } catch (error) {
    if (isErrno(error, ...UNREADABLE)) return undefined;
    throw error;
  }
}

/** One shard of a state; `undefined` when it is gone or damaged. */
export function readShard(files: Files, layout: StoreLayout, name: string): KnownShard | undefined {
  try {
    const bytes = files.readBytes(join(layout.verified, name));
    return nameOf(bytes) === name ? KnownShard.from(bytes) : undefined;
  } catch (error) {
    if (isErrno(error, ...UNREADABLE)) return undefined;
    throw error;
  }
}

/**
 * Replaces the state. Shards that did not change stay; the commit point is the rename of the head, which names them all
 * by content, so that what a crash leaves is the old state, the new one or none. Needs the lock.
 */
export function writeVerifiedState(files: Files, layout: StoreLayout, state: VerifiedState): void {
  if (files.lstat(layout.verified) === undefined) files.mkdir(layout.verified, 0o700);
  const { snapshot, textDigest, fullMs, settledNs, known } = state;
  const head = { schema: SCHEMA, place: placeOf(files, layout), snapshot, textDigest, fullMs } as const;
  const shards = readVerifiedHead(files, layout)?.shards ?? [];
  writeShards(files, layout, { ...head, settledNs: String(settledNs), shards }, new Map(known.shards.entries()));
}

/** Replaces those of the shards that changed, by their numbers, of the state with this head. Needs the lock. */
export function writeShards(
  files: Files,
  layout: StoreLayout,
  head: VerifiedHead,
  changed: ReadonlyMap<number, KnownShard>,
): void {
  const shards = Array.from({ length: SHARDS }, (_, index) => {
    const [name, shard] = [head.shards[index], changed.get(index)];
    if (name !== undefined && !shard?.changed) return name;
    return writeShard(files, layout, shard ?? new KnownShard());
  });
  writeJsonFile(files, join(layout.verified, HEAD), { ...head, shards });
  const wanted = new Set([HEAD, ...shards]);
  for (const { name } of files.readDir(layout.verified)) {
    if (!wanted.has(name)) files.unlink(join(layout.verified, name));
  }
  for (const shard of changed.values()) shard.changed = false;
}

/** From now on nothing is known. Needs the lock. */
export async function forgetVerifiedState(files: Pick<Files, "removeTree">, layout: StoreLayout): Promise<void> {
  await files.removeTree(layout.verified);
}

function placeOf(files: Pick<Files, "lstat">, layout: StoreLayout): string {
  const stat = files.lstat(layout.own);
  return `${stat?.dev}:${stat?.ino}`;
}

function writeShard(files: Files, layout: StoreLayout, shard: KnownShard): string {
  const bytes = shard.toBytes();
  const name = nameOf(bytes);
  const temporary = join(layout.verified, `${name}.new`);
  if (files.lstat(temporary) !== undefined) files.unlink(temporary);
  files.createFile(temporary, bytes, 0o600);
  files.rename(temporary, join(layout.verified, name));
  return name;
}

function nameOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function isHead(value: unknown): value is VerifiedHead {
  return typeof value === "object" && value !== null && "schema" in value && value.schema === SCHEMA &&
    "place" in value && "textDigest" in value && "fullMs" in value && typeof value.fullMs === "number" &&
    "settledNs" in value && typeof value.settledNs === "string" && /^[0-9]+$/.test(value.settledNs) &&
    "snapshot" in value && typeof value.snapshot === "object" && "shards" in value && Array.isArray(value.shards) &&
    value.shards.length === SHARDS && value.shards.every((name) => /^[0-9a-f]{64}$/.test(String(name)));
}
