import { createHash } from "node:crypto";
import { join } from "@std/path";
import { isErrno } from "../base/errno.ts";
import type { Files } from "../host/files.ts";
import { STAMP_WORDS } from "../host/stamps.ts";
import type { FileTable } from "../manifest/file_table.ts";
import { FINGERPRINT_WORDS } from "../manifest/fingerprint.ts";
import type { StoreLayout } from "../store/layout.ts";

/**
 * What changes the state of the verified files without reading any of it. Each note is true by itself, whatever the
 * state says: one that is lost makes the next check longer, and none can make it wrong. A check that finds many puts
 * them into the state.
 */
export type StateNote = LinkNote | FileNote;

/** A file got or lost links: it had `before`, has `stamp`, and but for the change time both are the same. */
export interface LinkNote {
  readonly kind: "link";
  /** From the root of the tree. */
  readonly path: string;
  readonly before: Uint32Array;
  readonly stamp: Uint32Array;
}

/** A file with this stamp is as an entry of this fingerprint demands. */
export interface FileNote {
  readonly kind: "file";
  readonly path: string;
  readonly stamp: Uint32Array;
  readonly print: Uint32Array;
}

/** Takes notes; those that are not saved are lost. */
export interface NoteTaker {
  add(note: StateNote): void;
  save(): void;
}

/** Kind; a stamp; another stamp, or a fingerprint. */
const NOTE_WORDS = 1 + STAMP_WORDS + Math.max(STAMP_WORDS, FINGERPRINT_WORDS);

/** Notes in one file. */
const FILE_NOTES = 4096;

/** Beyond this the notes take more than the state is worth. */
const MAX_BYTES = 2 ** 26;

const NAME = /^note-([0-9]{6})-([0-9a-f]{64})$/;

const KINDS = ["link", "file"] as const;

/** Takes notes beside the state in `layout.verified`, which exists. Needs the lock. */
export function takeNotes(files: Files, layout: StoreLayout): NoteTaker {
  const pending: StateNote[] = [];
  const write = () => {
    const bytes = encode(pending.splice(0));
    const number = 1 + Math.max(0, ...noteNames(files, layout).map((name) => Number(NAME.exec(name)?.[1])));
    files.createFile(join(layout.verified, `note-${String(number).padStart(6, "0")}-${sha256(bytes)}`), bytes, 0o600);
  };
  return {
    add: (note) => {
      pending.push(copyOf(note));
      if (pending.length === FILE_NOTES) write();
    },
    save: () => {
      if (pending.length > 0) write();
    },
  };
}

/** Whether the notes take so much space that it is better to drop the state, and have every file read once more. */
export function areTooMany(files: Files, layout: StoreLayout): boolean {
  return noteBytes(files, layout) > MAX_BYTES;
}

/** What all notes take, and so many more, without the paths of those. */
export function noteBytes(files: Files, layout: StoreLayout, more = 0): number {
  const sizes = noteNames(files, layout).map((name) => files.lstat(join(layout.verified, name))?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, more * NOTE_WORDS * 4);
}

/** Puts all notes into a table, oldest first; those that are torn are skipped. */
export function applyNotes(files: Files, layout: StoreLayout, table: FileTable): void {
  for (const name of noteNames(files, layout)) {
    const bytes = readNotes(files, join(layout.verified, name));
    if (bytes !== undefined && sha256(bytes) === NAME.exec(name)?.[2]) applyFile(table, bytes);
  }
}

function noteNames(files: Files, layout: StoreLayout): string[] {
  return files.readDir(layout.verified).map(({ name }) => name).filter((name) => NAME.test(name)).sort();
}

function readNotes(files: Files, path: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return files.readBytes(path);
  } catch (error) {
    if (isErrno(error, "EACCES", "ENOENT", "EISDIR", "EIO")) return undefined;
    throw error;
  }
}

/** Stamps are given in arrays that are used again. */
function copyOf(note: StateNote): StateNote {
  const stamp = note.stamp.slice();
  return note.kind === "link"
    ? { ...note, stamp, before: note.before.slice() }
    : { ...note, stamp, print: note.print.slice() };
}

/** The number of notes, their words, then their paths, each followed by NUL. */
function encode(notes: readonly StateNote[]): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(notes.map(({ path }) => `${path}\0`).join(""));
  const words = new Uint32Array(1 + notes.length * NOTE_WORDS);
  words[0] = notes.length;
  for (const [index, note] of notes.entries()) {
    const at = 1 + index * NOTE_WORDS;
    words[at] = KINDS.indexOf(note.kind);
    words.set(note.stamp, at + 1);
    words.set(note.kind === "link" ? note.before : note.print, at + 1 + STAMP_WORDS);
  }
  const bytes = new Uint8Array(words.byteLength + text.length);
  bytes.set(new Uint8Array(words.buffer));
  bytes.set(text, words.byteLength);
  return bytes;
}

function applyFile(table: FileTable, bytes: Uint8Array<ArrayBuffer>): void {
  const [count = 0] = new Uint32Array(bytes.buffer, 0, 1);
  const words = new Uint32Array(bytes.buffer, 4, count * NOTE_WORDS);
  const paths = new TextDecoder().decode(bytes.subarray(4 + words.byteLength)).split("\0");
  for (let index = 0; index < count; index++) {
    const [at, path = ""] = [index * NOTE_WORDS, paths[index]];
    const stamp = words.subarray(at + 1, at + 1 + STAMP_WORDS);
    const other = words.subarray(at + 1 + STAMP_WORDS, at + NOTE_WORDS);
    if (words[at] === KINDS.indexOf("link")) table.followLink(path, other, stamp);
    else table.learnNoted(path, other, stamp);
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
