import { createHash } from "node:crypto";
import { join } from "@std/path";
import { isErrno } from "../base/errno.ts";
import type { Files } from "../host/files.ts";
import type { FileTable } from "../manifest/file_table.ts";
import { readShards } from "../manifest/read_shards.ts";
import { SHARDS } from "../manifest/shard_format.ts";
import { writeShards } from "../manifest/write_shards.ts";
import { readJsonFile, writeJsonFile } from "../store/json_file.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Snapshot } from "../store/snapshots.ts";
import { applyNotes, type FileNote, takeNotes } from "./state_notes.ts";

/** The snapshot of a store that was verified last, and what it was made of. */
export interface VerifiedState {
  readonly snapshot: VerifiedSnapshot;
  /** SHA-512 of the signed text of its top-level Manifest, in hex. */
  readonly textDigest: string;
  /** When every file was read last; milliseconds since 1970. */
  readonly fullMs: number;
  /** By the file system's clock, when the files were looked at; nanoseconds since 1970, 0 when that is unknown. */
  readonly settledNs: bigint;
  readonly table: FileTable;
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
  /** Names of the files that hold them, each the SHA-256 of its content; empty for one without content. */
  readonly shards: readonly string[];
}

/** Changes whenever the format does, or the rules by which trees are judged. */
const SCHEMA = 2;

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

/** A state as it was read. */
export interface ReadState extends VerifiedState, Pick<VerifiedHead, "shards"> {
  /** Bytes of its shards. */
  readonly bytes: number;
}

/**
 * The state of a store, with what was noted since; `undefined` when there is none, or it is damaged, of another store
 * or of other rules.
 */
export function readVerifiedState(files: Files, layout: StoreLayout): ReadState | undefined {
  try {
    const head = readVerifiedHead(files, layout);
    const shards = head?.shards.filter((name) => name !== "").map((name) => readShard(files, layout, name));
    if (head === undefined || !shards?.every((shard) => shard !== undefined)) return undefined;
    const bytes = shards.reduce((sum, { length }) => sum + length, 0);
    const table = readShards(shards);
    if (table === undefined) return undefined;
    applyNotes(files, layout, table);
    return { ...head, settledNs: BigInt(head.settledNs), table, bytes };
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

function readShard(files: Files, layout: StoreLayout, name: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = files.readBytes(join(layout.verified, name));
  return nameOf(bytes) === name ? bytes : undefined;
}

/**
 * Replaces the state. Of the `shards` that were read from it, those that did not change stay; the commit point is the
 * rename of the head, which names them all by content, so that what a crash leaves is the old state, the new one or
 * none. Needs the lock.
 */
export function writeVerifiedState(
  files: Files,
  layout: StoreLayout,
  state: VerifiedState,
  { shards: read }: Pick<VerifiedHead, "shards">,
): void {
  if (files.lstat(layout.verified) === undefined) files.mkdir(layout.verified, 0o700);
  const { snapshot, textDigest, fullMs, settledNs, table } = state;
  const known = new Set(read);
  const shards: string[] = [];
  for (const bytes of writeShards(table)) {
    shards.push(bytes === undefined ? "" : writeShard(files, layout, bytes, known));
  }
  writeHead(files, layout, { snapshot, textDigest, fullMs, settledNs: String(settledNs), shards });
  const wanted = new Set([HEAD, ...shards]);
  for (const { name } of files.readDir(layout.verified)) {
    if (!wanted.has(name)) files.unlink(join(layout.verified, name));
  }
}

/** What is known of a snapshot that was made of the one that was verified last. */
export interface VerifiedChange extends Pick<VerifiedState, "snapshot" | "textDigest" | "settledNs"> {
  /**
   * Every file of it that is not as it was: another inode or another entry, Manifests among them. Its stamp was taken
   * before it was read, when the file system's clock was past the tick of its change time, or when it was renamed after
   * it was read, where each change has a time of its own; its fingerprint is {@linkcode Fingerprinter}'s, of the
   * entries for its path.
   */
  readonly changed: Iterable<Omit<FileNote, "kind">>;
}

/**
 * Makes the state that of another snapshot, which the caller has verified, without reading or writing more than what
 * changed; what is gone need not be told. False, and nothing is done, when there is no state to go on from. Needs the
 * lock, and the snapshot published and flushed.
 */
export function noteVerified(files: Files, layout: StoreLayout, change: VerifiedChange): boolean {
  const head = readVerifiedHead(files, layout);
  if (head === undefined) return false;
  const notes = takeNotes(files, layout);
  for (const file of change.changed) notes.add({ kind: "file", ...file });
  notes.save();
  const { snapshot, textDigest, settledNs } = change;
  writeHead(files, layout, { ...head, snapshot, textDigest, settledNs: String(settledNs) });
  return true;
}

/** As {@linkcode forgetVerifiedState}, at once. Needs the lock. */
export function dropVerifiedHead(files: Pick<Files, "unlink">, layout: StoreLayout): void {
  files.unlink(join(layout.verified, HEAD));
}

/** From now on nothing is known. Needs the lock. */
export async function forgetVerifiedState(files: Pick<Files, "removeTree">, layout: StoreLayout): Promise<void> {
  await files.removeTree(layout.verified);
}

function placeOf(files: Pick<Files, "lstat">, layout: StoreLayout): string {
  const stat = files.lstat(layout.own);
  return `${stat?.dev}:${stat?.ino}`;
}

function writeHead(files: Files, layout: StoreLayout, head: Omit<VerifiedHead, "schema" | "place">): void {
  const { shards, ...rest } = head;
  const place = placeOf(files, layout);
  writeJsonFile(files, join(layout.verified, HEAD), { ...rest, schema: SCHEMA, place, shards });
}

/** Returns the name of the file, which is not written when the state has it already. */
function writeShard(
  files: Files,
  layout: StoreLayout,
  bytes: Uint8Array<ArrayBuffer>,
  known: ReadonlySet<string>,
): string {
  const name = nameOf(bytes);
  if (known.has(name)) return name;
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
    value.shards.length === SHARDS && value.shards.every((name) => /^(?:[0-9a-f]{64})?$/.test(String(name)));
}
