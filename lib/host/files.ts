import { isErrno } from "../base/errno.ts";
import { confinedFiles } from "./confined_files.ts";
import { copyMtimeFallback, flushFallback, lchownFallback, unlinkFallback } from "./files_fallback.ts";
import { errnoName, type FileSystemSpace, type Libc, openLibc, systemError } from "./libc.ts";
import { type FileLock, tryLockPath } from "./lock.ts";
import type { RecordLock } from "./record_lock.ts";
import type { Stamps } from "./stamps.ts";
import { linkTrees } from "./tree_linker.ts";
import { type TreeNames, treeNames } from "./tree_names.ts";
import { surveyTree } from "./tree_survey.ts";
import { warmTree } from "./tree_warmer.ts";

/** What kind of thing a directory entry is. */
export type FileType =
  | "file"
  | "directory"
  | "symlink"
  | "fifo"
  | "socket"
  | "block"
  | "char";

/** What lstat(2) tells. */
export interface FileStat {
  readonly type: FileType;
  /** Permission bits with setuid, setgid and sticky: 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
  readonly dev: number;
  readonly nlink: number;
}

/** What became of a name that was to be removed, or what it turned out to be. */
export type Unlinked = "unlinked" | "missing" | "directory";

/** One name in a directory. */
export interface DirectoryEntry {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly isSymlink: boolean;
  readonly isFile: boolean;
}

/**
 * The file system. Calls are synchronous where they are quick, since a tree has 200,000 entries and a
 * promise each would cost more than the call; whoever loops yields to the {@linkcode Clock} now and then.
 *
 * Errors are the operating system's, with an errno name in `.code`; no call follows a symlink in the last
 * component of a path unless it says so.
 */
export interface Files {
  /** `undefined` when there is nothing at `path` (ENOENT, ENOTDIR, ENAMETOOLONG). */
  lstat(path: string): FileStat | undefined;
  /** As `lstat`, following links; `undefined` also for a dangling one. */
  stat(path: string): FileStat | undefined;
  readBytes(path: string): Uint8Array<ArrayBuffer>;
  /** UTF-8 with invalid bytes replaced; follows links. */
  readText(path: string): string;
  /** As `readText`, but `undefined` when there is nothing at `path`. */
  readTextIfAny(path: string): string | undefined;
  /** In no particular order. */
  readDir(path: string): DirectoryEntry[];
  /** As `readDir`, for directories by the ten thousand. */
  readonly treeNames: TreeNames;
  readLink(path: string): string;
  /** All links resolved. */
  realPath(path: string): string;
  /** Creates a file that must not exist yet, with this mode, 0644 unless given, whatever the umask. */
  createFile(path: string, data: string | Uint8Array, mode?: number): void;
  /** Creates one directory that must not exist yet. */
  mkdir(path: string, mode?: number): void;
  symlink(target: string, path: string): void;
  link(from: string, to: string): void;
  rename(from: string, to: string): void;
  /** Swaps two names in one step; an `Error` with code ENOSYS, EINVAL or EOPNOTSUPP where that is not to be had. */
  exchange(a: string, b: string): void;
  unlink(path: string): void;
  /**
   * As `unlink`, of what may not be there, or may be a directory, which stays: one call where two would have to be
   * made.
   */
  tryUnlink(path: string): Unlinked;
  rmdir(path: string): void;
  /** Removes a tree or a file without following links; nothing there is fine. */
  removeTree(path: string): Promise<void>;
  /** Follows links. */
  chmod(path: string, mode: number): void;
  lchown(path: string, uid: number, gid: number): void;
  setMtimeMs(path: string, mtimeMs: number): void;
  /**
   * Gives `path` the exact modification time of `from`, neither followed (a link is left as it is where the system
   * cannot).
   */
  copyMtime(from: string, path: string): void;
  /** Contents and mode; follows links. */
  copyFile(from: string, to: string): void;
  /** Everything written to the file system of `path` is on its medium when this resolves: syncfs(2), else sync(1). */
  flush(path: string): Promise<void>;
  /** `undefined` where the system does not tell. */
  space(path: string): FileSystemSpace | undefined;
  /** Tries to take a flock(2) on a file or directory that exists; `undefined` when somebody else holds it. */
  tryLock(path: string, mode: "exclusive" | "shared"): FileLock | undefined;
  /**
   * Tries to take the kind of lock that Portage takes, of fcntl(2), on a file that exists; `undefined` when somebody else
   * holds it. Where that is not to be had it is a flock(2), which only rcusync heeds.
   */
  tryRecordLock(path: string): RecordLock | undefined;
  /** Fills directories of a tree by hard links, on several processors; absent where there is no C library for it. */
  readonly linkTrees?: typeof linkTrees | undefined;
  /**
   * Has a tree read ahead into the kernel's memory, on another processor; absent where there is no C library for it.
   */
  readonly warmTree?: typeof warmTree | undefined;
  /** As `warmTree`, and tells which entries there are. */
  readonly surveyTree?: typeof surveyTree | undefined;
  /** {@linkcode confinedFiles}; absent where there is no C library for it. */
  readonly confined?: ((root: string) => Files) | undefined;
  /** Absent where the system does not tell times in nanoseconds. */
  readonly stamps?: Stamps | undefined;
}

/** The file system of this machine. With `{}`, as where there is no {@linkcode Libc}, the fallbacks are used. */
export function systemFiles({ libc }: { readonly libc?: Libc | undefined } = { libc: openLibc() }): Files {
  const files: Files = {
    lstat: lstatBy(libc),
    stat: (path) => orUndefined(() => toStat(Deno.statSync(path))),
    readBytes: (path) => Deno.readFileSync(path),
    readText: (path) =>
      new TextDecoder("utf-8", { ignoreBOM: true }).decode(
        Deno.readFileSync(path),
      ),
    readTextIfAny(path) {
      return orUndefined(() => this.readText(path));
    },
    readDir: (path) => [...Deno.readDirSync(path)],
    treeNames: treeNames((path) => [...Deno.readDirSync(path)], { hasLibc: libc !== undefined }),
    readLink: (path) => Deno.readLinkSync(path),
    realPath: (path) => Deno.realPathSync(path),
    createFile: (path, data, mode = 0o644) => {
      const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
      Deno.writeFileSync(path, bytes, { createNew: true, mode });
    },
    mkdir: (path, mode = 0o777) => Deno.mkdirSync(path, { mode }),
    symlink: (target, path) => Deno.symlinkSync(target, path),
    link: (from, to) => Deno.linkSync(from, to),
    rename: (from, to) => Deno.renameSync(from, to),
    exchange: (a, b) => {
      if (libc === undefined) {
        throw Object.assign(new Error("No renameat2 here"), { code: "ENOSYS" });
      }
      libc.exchange(a, b);
    },
    unlink: (path) => libc === undefined ? unlinkFallback(path) : libc.unlink(path),
    tryUnlink: (path) => libc === undefined ? tryUnlinkFallback(path) : tryUnlinkBy(libc, path),
    rmdir: (path) => rmdir(path),
    removeTree: (path) => removeTree(path),
    chmod: (path, mode) => Deno.chmodSync(path, mode),
    lchown: (path, uid, gid) => libc === undefined ? lchownFallback(path, uid, gid) : libc.lchown(path, uid, gid),
    setMtimeMs: (path, mtimeMs) =>
      libc === undefined
        ? Deno.utimeSync(path, mtimeMs / 1000, mtimeMs / 1000)
        : libc.setMtimeNs(path, BigInt(Math.trunc(mtimeMs)) * 1_000_000n),
    copyMtime: (from, path) =>
      libc === undefined ? copyMtimeFallback(from, path) : libc.setMtimeNs(path, libc.mtimeNs(from)),
    copyFile: (from, to) => Deno.copyFileSync(from, to),
    flush: (path) => libc === undefined ? flushFallback(path) : libc.syncfs(path),
    space: (path) => libc?.statfs(path),
    tryLock: tryLockPath,
    tryRecordLock: (path) => tryRecordLockBy(libc, path),
    linkTrees: libc && linkTrees,
    warmTree: libc && warmTree,
    surveyTree: libc && surveyTree,
    stamps: libc?.stamps,
  };
  return { ...files, confined: libc && ((root) => confinedFiles(files, libc, root)) };
}

function lstatBy(libc: Libc | undefined): Files["lstat"] {
  const lstat: Files["lstat"] = (path) => orUndefined(() => toStat(Deno.lstatSync(path)));
  return libc === undefined ? lstat : (path) => {
    // The C library would take the NUL for the end of the path.
    if (path.includes("\0")) return lstat(path);
    const found = libc.lstat(path);
    if (typeof found !== "number") return found;
    return MISSING.has(errnoName(found)) ? undefined : lstat(path);
  };
}

/** By which a path is told not to be there. */
const MISSING: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG"]);

function orUndefined<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (isErrno(error, ...MISSING)) return undefined;
    throw error;
  }
}

function toStat(info: Deno.FileInfo): FileStat {
  return {
    type: typeOf(info),
    mode: (info.mode ?? 0) & 0o7777,
    uid: info.uid ?? 0,
    gid: info.gid ?? 0,
    size: info.size,
    mtimeMs: info.mtime?.getTime() ?? 0,
    ino: info.ino ?? 0,
    dev: info.dev,
    nlink: info.nlink ?? 1,
  };
}

function typeOf(info: Deno.FileInfo): FileType {
  if (info.isFile) return "file";
  if (info.isDirectory) return "directory";
  if (info.isSymlink) return "symlink";
  if (info.isFifo) return "fifo";
  if (info.isSocket) return "socket";
  return info.isBlockDevice ? "block" : "char";
}

function tryUnlinkBy(libc: Libc, path: string): Unlinked {
  // The C library would take the NUL for the end of the path.
  if (path.includes("\0")) return tryUnlinkFallback(path);
  const errno = libc.tryUnlink(path);
  if (errno === 0) return "unlinked";
  const name = errnoName(errno);
  if (MISSING.has(name)) return "missing";
  if (name === "EISDIR") return "directory";
  throw systemError(errno, "unlink", path);
}

function tryUnlinkFallback(path: string): Unlinked {
  const info = orUndefined(() => Deno.lstatSync(path));
  if (info === undefined) return "missing";
  if (info.isDirectory) return "directory";
  Deno.removeSync(path);
  return "unlinked";
}

function tryRecordLockBy(libc: Libc | undefined, path: string): RecordLock | undefined {
  try {
    if (libc !== undefined) return libc.tryRecordLock(path);
  } catch (error) {
    // An old kernel, or a file system without such locks.
    if (!isErrno(error, "EINVAL", "ENOSYS", "ENOLCK", "EOPNOTSUPP")) throw error;
  }
  return tryLockPath(path, "exclusive");
}

function rmdir(path: string): void {
  if (!Deno.lstatSync(path).isDirectory) {
    throw Object.assign(new Error(`ENOTDIR: rmdir '${path}'`), {
      code: "ENOTDIR",
    });
  }
  Deno.removeSync(path);
}

async function removeTree(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}
