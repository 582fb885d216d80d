import { join } from "@std/path";
import { isErrno } from "../base/errno.ts";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { DirectoryEntry, FileStat } from "../host/files.ts";
import type { System } from "../host/system.ts";

/** How to copy a tree. */
export interface CloneOptions {
  readonly signal: AbortSignal;
  /** Names directly below the tree's root that are left out. */
  readonly skip?: ReadonlySet<string>;
  /** Copy the contents of files instead of linking them. */
  readonly unshared?: boolean;
}

type CloneSystem = Pick<System, "files" | "clock" | "environment">;

/** Signals and progress get their turn after this many directories. */
const DIRECTORIES_A_TURN = 500;

/**
 * Recreates the tree `from` as `to`, which must not exist: directories with their owner, mode and times, and a hard
 * link for everything else.
 *
 * Several times faster than `rsync --link-dest` and `cp -al`, since it looks at directories only. What cannot be
 * linked (EMLINK, EPERM on file systems without hard links) is copied.
 */
export async function cloneTree(system: CloneSystem, from: string, to: string, options: CloneOptions): Promise<void> {
  const { files, clock } = system;
  const pending = [{ from, to }];
  const made: { from: string; to: string }[] = [];
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    makeDirectory(system, pair.from, pair.to);
    made.push(pair);
    const skip = pair.from === from ? options.skip : undefined;
    for (const entry of files.readDir(pair.from)) {
      if (skip?.has(entry.name)) continue;
      const child = { from: `${pair.from}/${entry.name}`, to: `${pair.to}/${entry.name}` };
      if (entry.isDirectory) pending.push(child);
      else cloneEntry(system, child, { entry, unshared: options.unshared ?? false });
    }
    if (made.length % DIRECTORIES_A_TURN === 0) {
      await clock.yield();
      options.signal.throwIfAborted();
    }
  }
  // Times last: every name made in a directory changes them.
  for (const pair of made) files.copyMtime(pair.from, pair.to);
}

function makeDirectory({ files, environment }: CloneSystem, from: string, to: string): void {
  const stat = files.lstat(from);
  if (stat === undefined) throw undecodable(from);
  files.mkdir(to, 0o700);
  const made = files.lstat(to);
  if (made?.uid !== stat.uid || made.gid !== stat.gid) chownIfRoot({ files, environment }, stat, to);
  files.chmod(to, stat.mode);
}

/** As rsync does, only root keeps owners; others keep what they can: the mode. */
function chownIfRoot({ files, environment }: Pick<System, "files" | "environment">, stat: FileStat, to: string): void {
  if (environment.uid === 0) files.lchown(to, stat.uid, stat.gid);
}

function cloneEntry(
  system: CloneSystem,
  { from, to }: { readonly from: string; readonly to: string },
  { entry, unshared }: { readonly entry: DirectoryEntry; readonly unshared: boolean },
): void {
  if (unshared && entry.isFile) return copyEntry(system, from, to);
  try {
    system.files.link(from, to);
  } catch (error) {
    if (isErrno(error, "ENOENT") && from.includes("\ufffd")) throw undecodable(from);
    if (!isErrno(error, "EMLINK", "EPERM", "EXDEV", "ENOTSUP", "EOPNOTSUPP")) throw error;
    copyEntry(system, from, to);
  }
}

function copyEntry(system: CloneSystem, from: string, to: string): void {
  const { files } = system;
  const stat = files.lstat(from);
  if (stat === undefined) throw undecodable(from);
  if (stat.type === "symlink") files.symlink(files.readLink(from), to);
  else if (stat.type === "file") files.copyFile(from, to);
  else throw new Fault("store", `Cannot copy ${quoted(from)}: it is a ${stat.type}`, { hint: "Remove it" });
  chownIfRoot(system, stat, to);
  if (stat.type === "file") files.chmod(to, stat.mode);
  files.copyMtime(from, to);
}

function undecodable(path: string): Fault {
  return new Fault("store", `The name of ${quoted(path)} is not valid UTF-8`, {
    hint: "Rename or remove it; ebuild repositories have names in ASCII",
  });
}

/** Joins a tree and a path of it; the tree's root is `.`. */
export function pathIn(tree: string, path: string): string {
  return path === "." ? tree : join(tree, path);
}
