import { basename, join } from "@std/path";
import { isErrno } from "../base/errno.ts";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { Files } from "../host/files.ts";
import { snapshotDir, type StoreLayout } from "./layout.ts";
import { writeFault } from "./write_fault.ts";

/*
 * A pin is the file `pins/NAME` with one line: the number of the snapshot. Names that start with a dot are
 * files on their way to become pins; those that end in a tilde are copies that an editor keeps.
 */
const PIN_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;
const PIN_TEXT = /^([1-9][0-9]{0,14})\n?$/;

/** The pins of a store. */
export interface Pins {
  /** The names, sorted, by the number of the snapshot that they keep, which may not exist. */
  readonly bySnapshot: ReadonlyMap<number, readonly string[]>;
  /** The names, sorted, of what tells no number: whether a snapshot is wanted is not guessed, so each keeps them all. */
  readonly unreadable: readonly string[];
}

/** Reads the pins of a store. */
export function pinsOf(files: Pick<Files, "lstat" | "readDir" | "readText">, layout: StoreLayout): Pins {
  const bySnapshot = new Map<number, string[]>();
  const unreadable: string[] = [];
  for (const name of pinNames(files, layout)) {
    const id = readPin(files, join(layout.pins, name));
    if (id === undefined) unreadable.push(name);
    else if (id !== "gone") bySnapshot.set(id, [...bySnapshot.get(id) ?? [], name]);
  }
  return { bySnapshot, unreadable };
}

/** What an unreadable pin is, and what comes of it; a sentence. */
export function unreadablePinText(layout: StoreLayout, name: string): string {
  return `${quoted(join(layout.pins, name))} does not tell which snapshot it keeps, so none is removed`;
}

function pinNames(files: Pick<Files, "lstat" | "readDir">, layout: StoreLayout): string[] {
  if (files.lstat(layout.pins) === undefined) return [];
  return files.readDir(layout.pins).map(({ name }) => name).filter((name) => !/^\.|~$/.test(name)).sort();
}

/** Whether something among the pins could be one of that name: it can be pinned and unpinned. */
export function isPinFile(files: Pick<Files, "lstat">, layout: StoreLayout, name: string): boolean {
  return PIN_NAME.test(name) && files.lstat(join(layout.pins, name))?.type === "file";
}

/** The number in a pin; `undefined` when it tells none. */
function readPin(files: Pick<Files, "lstat" | "readText">, path: string): number | "gone" | undefined {
  const type = files.lstat(path)?.type;
  if (type === undefined) return "gone";
  if (type !== "file" || !PIN_NAME.test(basename(path))) return undefined;
  const id = PIN_TEXT.exec(textOf(files, path))?.[1];
  return id === undefined ? undefined : Number(id);
}

/** What may not be read tells nothing. */
function textOf(files: Pick<Files, "readText">, path: string): string {
  try {
    return files.readText(path);
  } catch (error) {
    if (!isErrno(error, "EACCES")) throw error;
    return "";
  }
}

/**
 * Makes `name` keep a snapshot, in place of the one it kept before; it is on disk when this resolves. The caller
 * holds the store's lock, so that the snapshot is not collected meanwhile.
 *
 * @throws {Fault} `usage` when the name is no good or the snapshot does not exist; `store` or `disk-full` when it cannot be
 * written.
 */
export async function setPin(
  files: Files,
  layout: StoreLayout,
  { name, snapshot }: { readonly name: string; readonly snapshot: number },
): Promise<void> {
  checkName(name);
  if (files.lstat(snapshotDir(layout, snapshot))?.type !== "directory") {
    throw new Fault("usage", `Cannot pin snapshot ${snapshot}: there is none in ${quoted(layout.dir)}`, {
      hint: "See `rcusync status` for the snapshots",
    });
  }
  try {
    writePin(files, layout, { name, snapshot });
    await files.flush(layout.pins);
  } catch (error) {
    throw writeFault(join(layout.pins, name), error);
  }
}

function writePin(files: Files, layout: StoreLayout, { name, snapshot }: { name: string; snapshot: number }): void {
  for (const dir of [layout.own, layout.pins]) {
    if (files.lstat(dir) === undefined) files.mkdir(dir);
  }
  const staged = join(layout.pins, `.${name}.new`);
  if (files.lstat(staged) !== undefined) files.unlink(staged);
  try {
    files.createFile(staged, `${snapshot}\n`);
    files.rename(staged, join(layout.pins, name));
  } catch (error) {
    files.tryUnlink(staged);
    throw error;
  }
}

/**
 * Removes a pin.
 *
 * @throws {Fault} `usage` when there is none of that name; `store` when it cannot be removed.
 */
export function removePin(files: Pick<Files, "unlink">, layout: StoreLayout, name: string): void {
  checkName(name);
  const path = join(layout.pins, name);
  try {
    files.unlink(path);
  } catch (error) {
    if (isErrno(error, "EISDIR")) {
      throw new Fault("store", `${quoted(path)} is a directory, not a pin`, { hint: "Look at it, then remove it" });
    }
    if (!isErrno(error, "ENOENT", "ENOTDIR")) throw writeFault(path, error);
    throw new Fault("usage", `No pin is named ${quoted(name)} in ${quoted(layout.dir)}`, {
      hint: "See `rcusync status` for the pins",
    });
  }
}

function checkName(name: string): void {
  if (PIN_NAME.test(name)) return;
  throw new Fault("usage", `${quoted(name)} cannot name a pin`, {
    hint: "Use letters, digits, dots, dashes and underscores, with no dot at the start",
  });
}
