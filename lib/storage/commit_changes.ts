import { dirname } from "@std/path";
import type { FileStat } from "../host/files.ts";
import type { System } from "../host/system.ts";
import type { Change } from "../rsync/change.ts";
import { TIMESTAMP_PATH } from "../rsync/timestamp.ts";
import { pathIn } from "./clone.ts";
import { removeEntry } from "./remove_entry.ts";

/**
 * Brings the changes of the staging tree `from` into the live tree `to`, which are on one file system: new directories
 * first, then each file by a rename, then deletions, so that a reader who follows a reference finds its target, then
 * attributes of directories. An interruption leaves some files old and some new, each whole; the next sync finishes.
 *
 * The commit point is the rename of the mirror's timestamp, which comes after a flush of all the rest: the next sync
 * takes a tree that has it for complete.
 */
export async function commitChanges(
  { files }: Pick<System, "files">,
  { from, to, changes }: { readonly from: string; readonly to: string; readonly changes: readonly Change[] },
): Promise<void> {
  const wanted = changes.filter(({ kind }) => kind !== "delete").toSorted(byPath);
  const deleted = changes.filter(({ kind }) => kind === "delete").toSorted(byPath).reverse();
  const directories = wanted.filter(({ type }) => type === "directory").map(({ path }) => path);
  // Read first, for what is renamed out of a directory changes its time. The root is no change of its own.
  const attributes = new Map([".", ...directories].map((path) => [path, files.lstat(pathIn(from, path))]));
  const setAttributes = (path: string) => applyAttributes(files, pathIn(to, path), attributes.get(path));
  for (const path of directories) bringDirectory(files, pathIn(from, path), pathIn(to, path));
  for (const { path, type } of wanted) {
    if (type !== "directory" && path !== TIMESTAMP_PATH) bringEntry(files, pathIn(from, path), pathIn(to, path));
  }
  for (const { path } of deleted) removeEntry(files, pathIn(to, path));
  // Innermost first: what is done to a directory changes the times of its parent.
  for (const path of [...directories.reverse(), "."]) setAttributes(path);
  if (!wanted.some(({ path }) => path === TIMESTAMP_PATH)) return;
  await files.flush(to);
  bringEntry(files, pathIn(from, TIMESTAMP_PATH), pathIn(to, TIMESTAMP_PATH));
  setAttributes(dirname(TIMESTAMP_PATH));
}

type Files = System["files"];

function byPath(a: Change, b: Change): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

function bringDirectory(files: Files, from: string, to: string): void {
  const there = files.lstat(to);
  if (there?.type === "directory" || files.lstat(from)?.type !== "directory") return;
  if (there !== undefined) files.unlink(to);
  files.mkdir(to, 0o755);
}

function bringEntry(files: Files, from: string, to: string): void {
  if (files.lstat(from) === undefined) return;
  if (files.lstat(to)?.type === "directory") removeDirectory(files, to);
  files.rename(from, to);
}

/** A directory that a file replaces: the mirror has nothing below it any more. */
function removeDirectory(files: Files, dir: string): void {
  for (const entry of files.readDir(dir)) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory) removeDirectory(files, path);
    else files.unlink(path);
  }
  files.rmdir(dir);
}

function applyAttributes(files: Files, path: string, wanted: FileStat | undefined): void {
  const there = files.lstat(path);
  if (wanted?.type !== "directory" || there?.type !== "directory") return;
  if (wanted.uid !== there.uid || wanted.gid !== there.gid) files.lchown(path, wanted.uid, wanted.gid);
  if (wanted.mode !== there.mode) files.chmod(path, wanted.mode);
  files.setMtimeMs(path, wanted.mtimeMs);
}
