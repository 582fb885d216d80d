import { join } from "@std/path";
import type { Files } from "../host/files.ts";
import { readJsonFile, writeJsonFile } from "./json_file.ts";
import type { StoreLayout } from "./layout.ts";
import { findReserve } from "./reserve.ts";
import { listSnapshots, type Snapshot } from "./snapshots.ts";

/** What a snapshot changed, when it came and from where. */
export interface Journal {
  readonly schema: 1;
  readonly id: number;
  /** The snapshot that it was made from; `null` for one that was made from nothing. */
  readonly base: number | null;
  /** Milliseconds since 1970. */
  readonly publishedMs: number;
  /** The mirror, without a password; `null` for the tree that a migration found. */
  readonly uri: string | null;
  /** Whether signature and Manifests were checked. */
  readonly verified: boolean;
  readonly counts: { readonly created: number; readonly changed: number; readonly deleted: number };
  /** What to do to `base` to get this snapshot; `null` when `base` is. */
  readonly changes: readonly JournalChange[] | null;
}

/** One entry: `+` created, `*` changed, `-` deleted; then the path from the snapshot's root. */
export type JournalChange = readonly ["+" | "*" | "-", string];

/** Writes the journal of a snapshot that is about to be published. */
export function writeJournal(files: Files, layout: StoreLayout, journal: Journal): void {
  writeJsonFile(files, journalPath(layout, journal.id), journal);
}

/** The journal of snapshot `id`, or `undefined` when rcusync did not make it. */
export function readJournal(
  files: Pick<Files, "readTextIfAny">,
  layout: StoreLayout,
  id: number,
): Journal | undefined {
  const value = readJsonFile(files, journalPath(layout, id));
  return isJournal(value) && value.id === id ? value : undefined;
}

/** A file system may round times. */
const DATE_SLACK_MS = 2000;

/**
 * Tells whether a snapshot is the one that its journal describes, with the date it was published at: not one that
 * Portage made under a number that a crash left unused, nor one that somebody dated anew.
 */
export function isDescribedBy(snapshot: Snapshot, journal: Journal): boolean {
  return Math.abs(snapshot.publishedMs - journal.publishedMs) < DATE_SLACK_MS;
}

/** Forgets the journal of a snapshot that never came to be. */
export function removeJournal(files: Pick<Files, "lstat" | "unlink">, layout: StoreLayout, id: number): void {
  const path = journalPath(layout, id);
  if (files.lstat(path) !== undefined) files.unlink(path);
}

/**
 * Forgets the journals of snapshots that are gone, but for those since the oldest snapshot or reserve: they tell how it
 * became what is there now.
 */
export function pruneJournals(files: Files, layout: StoreLayout): void {
  const reserve = findReserve(files, layout)?.id;
  const oldest = Math.min(...listSnapshots(files, layout).map(({ id }) => id), reserve ?? Infinity);
  for (const { name } of files.readDir(layout.journal)) {
    if (/^[1-9][0-9]*$/.test(name) && Number(name) < oldest) files.unlink(join(layout.journal, name));
  }
}

function journalPath(layout: StoreLayout, id: number): string {
  return join(layout.journal, String(id));
}

function isJournal(value: unknown): value is Journal {
  return typeof value === "object" && value !== null && "schema" in value && value.schema === 1 && "id" in value &&
    "base" in value && "publishedMs" in value && "counts" in value && "changes" in value;
}
