import { isErrno } from "../base/errno.ts";
import { Fault } from "../base/fault.ts";
import { pathOf } from "../base/path_of.ts";
import { quoted } from "../base/printable.ts";
import type { FileStat } from "../host/files.ts";
import type { System } from "../host/system.ts";
import { UndecodableName } from "../host/tree_linker.ts";
import { cannotLink } from "./file_system_limits.ts";
import type { FollowedLinks } from "./followed_links.ts";

/** How to copy a tree. */
export interface CloneOptions {
  readonly signal: AbortSignal;
  /** Names directly below the tree's root that are left out. */
  readonly skip?: ReadonlySet<string>;
  /** Copy the contents of files instead of linking them. */
  readonly unshared?: boolean;
  /** Told of every link. */
  readonly links?: FollowedLinks | undefined;
  /** Directories after which the rest is left to several processors; for tests. */
  readonly directoriesAlone?: number;
}

type CloneSystem = Pick<System, "files" | "clock" | "environment">;

/** Signals and progress get their turn after this many directories. */
const DIRECTORIES_A_TURN = 500;

/** As many directories as are made here in the time that workers take to start. */
const DIRECTORIES_ALONE = 1500;

/** Beyond this many, workers wait for the file system more than for each other. */
const MOST_WORKERS = 4;

/**
 * Recreates the tree `from` as `to`, which must not exist: directories with their owner, mode and times, and a hard
 * link for everything else.
 *
 * Looks at directories only. What cannot be linked (EMLINK, EPERM on file systems without hard links) is copied.
 */
export async function cloneTree(system: CloneSystem, from: string, to: string, options: CloneOptions): Promise<void> {
  makeDirectory(system, from, to);
  const pending = ["."];
  let mayShare = mayShareOut(system, options);
  for (let done = 1; pending.length > 0; done++) {
    const dir = pending.pop() ?? ".";
    for (const path of cloneDirectory(system, dir, { ...options, from, to })) pending.push(path);
    if (mayShare && done >= (options.directoriesAlone ?? DIRECTORIES_ALONE)) {
      if (await shareOut(system, pending, { ...options, from, to })) return;
      mayShare = false;
    }
    if (done % DIRECTORIES_A_TURN === 0) {
      await system.clock.yield();
      options.signal.throwIfAborted();
    }
  }
}

/** What is followed, and what is copied, is done one after the other. */
function mayShareOut({ files, environment }: CloneSystem, { unshared, links }: CloneOptions): boolean {
  return files.linkTrees !== undefined && environment.processors > 1 && unshared !== true && links === undefined;
}

/**
 * Does the rest on several processors; what cannot be linked is copied here afterwards.
 *
 * @returns false when that cannot be done here.
 */
async function shareOut(
  system: CloneSystem,
  dirs: readonly string[],
  { from, to, signal }: CloneOptions & { readonly from: string; readonly to: string },
): Promise<boolean> {
  const { files, environment } = system;
  const workers = Math.min(environment.processors, MOST_WORKERS);
  const linking = files.linkTrees?.(dirs, { from, to, isRoot: environment.uid === 0, workers, signal });
  const left = await linking?.catch((error) => {
    if (isErrno(error, "ENOSYS")) return undefined;
    throw error instanceof UndecodableName ? undecodable(error.path) : error;
  });
  if (left === undefined) return false;
  for (const { dir, names } of left) {
    const directories = { from: pathIn(from, dir), to: pathIn(to, dir) };
    for (const name of names) cloneEntry(system, directories, { name, unshared: false });
    files.copyMtime(directories.from, directories.to);
  }
  return true;
}

/** Makes what is in the directory `dir`, which exists; returns the directories there, empty as yet. */
function cloneDirectory(
  system: CloneSystem,
  dir: string,
  { skip, unshared = false, links, ...tree }: CloneOptions & { readonly from: string; readonly to: string },
): string[] {
  const directories = { from: pathIn(tree.from, dir), to: pathIn(tree.to, dir) };
  const all = system.files.readDir(directories.from);
  const entries = dir === "." && skip !== undefined ? all.filter(({ name }) => !skip.has(name)) : all;
  const below = entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => pathOf(dir, name));
  for (const path of below) makeDirectory(system, pathIn(tree.from, path), pathIn(tree.to, path));
  const rest = entries.filter(({ isDirectory }) => !isDirectory);
  const cloneRest = () =>
    rest.forEach(({ name, isFile }) => cloneEntry(system, directories, { name, unshared: unshared && isFile }));
  if (links === undefined) cloneRest();
  else links.across(dir, rest.filter(({ isFile }) => isFile).map(({ name }) => name), cloneRest);
  // After every name that is made there, since each changes it.
  system.files.copyMtime(directories.from, directories.to);
  return below;
}

/** Most directories are like the one that mkdir(2) makes, and each call saved counts 50,000 times. */
function makeDirectory({ files, environment }: CloneSystem, from: string, to: string): void {
  const stat = files.lstat(from);
  if (stat === undefined) throw undecodable(from);
  files.mkdir(to, stat.mode);
  const made = files.lstat(to);
  const isOurs = made?.uid === stat.uid && made.gid === stat.gid;
  if (!isOurs) chownIfRoot({ files, environment }, stat, to);
  if (!isOurs || made.mode !== stat.mode) files.chmod(to, stat.mode);
}

/** As rsync does, only root keeps owners; others keep what they can: the mode. */
function chownIfRoot({ files, environment }: Pick<System, "files" | "environment">, stat: FileStat, to: string): void {
  if (environment.uid === 0) files.lchown(to, stat.uid, stat.gid);
}

function cloneEntry(
  system: CloneSystem,
  directories: { readonly from: string; readonly to: string },
  { name, unshared }: { readonly name: string; readonly unshared: boolean },
): void {
  const [from, to] = [`${directories.from}/${name}`, `${directories.to}/${name}`];
  if (unshared) return copyEntry(system, from, to);
  try {
    system.files.link(from, to);
  } catch (error) {
    if (isErrno(error, "ENOENT") && from.includes("\ufffd")) throw undecodable(from);
    if (!cannotLink(error)) throw error;
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
  return path === "." ? tree : `${tree}/${path}`;
}
