import { cString, reusedCString } from "./c_string.ts";
import type { BeneathOpener } from "./confined_files.ts";
import type { FileStat } from "./files.ts";
import { type RecordLock, recordLockBy } from "./record_lock.ts";
import { statusOf } from "./status.ts";
import { type Stamps, stampsOf } from "./stamps.ts";

/** The system calls that Deno does not offer, by FFI on glibc for Linux. */
export interface Libc extends BeneathOpener {
  /** syncfs(2) of the file system that holds `path`. Throws an `Error` with `.code` when it fails. */
  syncfs(path: string): Promise<void>;
  /** renameat2(2) with RENAME_EXCHANGE: swaps two names in one step. */
  exchange(a: string, b: string): void;
  /** unlink(2): one call where Deno makes three, for removing thousands of files. */
  unlink(path: string): void;
  /** The same, without an exception: 0, or the number of the error. */
  tryUnlink(path: string): number;
  /** lchown(2). */
  lchown(path: string, uid: number, gid: number): void;
  /** utimensat(2) of the modification time, in nanoseconds since 1970, not following a link. */
  setMtimeNs(path: string, mtimeNs: bigint): void;
  /** statx(2) of the modification time, in nanoseconds since 1970, not following a link. */
  mtimeNs(path: string): bigint;
  /** statfs(2) of the file system that holds `path`. */
  statfs(path: string): FileSystemSpace;
  /** statx(2) of many files. */
  readonly stamps: Stamps;
  /** statx(2), not following a link: what it tells, or the number of the error. */
  lstat(path: string): FileStat | number;
  /** fcntl(2) on the whole of a file that exists; `undefined` when somebody else holds it. */
  tryRecordLock(path: string): RecordLock | undefined;
}

/** What a file system has left for this user. */
export interface FileSystemSpace {
  readonly freeBytes: number;
  /** `undefined` on file systems that make inodes as needed (btrfs). */
  readonly freeInodes: number | undefined;
}

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const RENAME_EXCHANGE = 2;
const STATX_MTIME = 0x40;
const UTIME_OMIT = 0x3ffffffen;
const O_RDONLY_CLOEXEC = 0o2000000;
const O_PATH_CLOEXEC = 0o12000000;
/** The number of openat2(2), for which the C library has no function. */
const OPENAT2 = 437n;
const [RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH] = [0x2, 0x4, 0x8];
const ENAMETOOLONG = 36;

const ERRNO_NAMES: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  5: "EIO",
  9: "EBADF",
  11: "EAGAIN",
  12: "ENOMEM",
  13: "EACCES",
  16: "EBUSY",
  17: "EEXIST",
  18: "EXDEV",
  20: "ENOTDIR",
  21: "EISDIR",
  22: "EINVAL",
  24: "EMFILE",
  28: "ENOSPC",
  30: "EROFS",
  36: "ENAMETOOLONG",
  37: "ENOLCK",
  38: "ENOSYS",
  39: "ENOTEMPTY",
  40: "ELOOP",
  95: "EOPNOTSUPP",
  122: "EDQUOT",
};

/**
 * Opens the C library, or returns `undefined` where there is none that fits (musl, other platforms):
 * the callers have a fallback each.
 */
export function openLibc(): Libc | undefined {
  if (Deno.build.os !== "linux" || Deno.build.target.includes("musl")) {
    return undefined;
  }
  const opened = tryOpen();
  return opened && wrap(opened.symbols);
}

function tryOpen() {
  try {
    return Deno.dlopen("libc.so.6", {
      __errno_location: { parameters: [], result: "pointer" },
      open: { parameters: ["buffer", "i32", "i32"], result: "i32" },
      close: { parameters: ["i32"], result: "i32" },
      fcntl: { parameters: ["i32", "i32", "buffer"], result: "i32" },
      syncfs: { parameters: ["i32"], result: "i32" },
      syncfsOffThread: {
        name: "syncfs",
        parameters: ["i32"],
        result: "i32",
        nonblocking: true,
      },
      renameat2: {
        parameters: ["i32", "buffer", "i32", "buffer", "u32"],
        result: "i32",
      },
      unlink: { parameters: ["buffer"], result: "i32" },
      syscall: { parameters: ["i64", "i32", "buffer", "buffer", "usize"], result: "i64" },
      lchown: { parameters: ["buffer", "u32", "u32"], result: "i32" },
      utimensat: {
        parameters: ["i32", "buffer", "buffer", "i32"],
        result: "i32",
      },
      statx: {
        parameters: ["i32", "buffer", "i32", "u32", "buffer"],
        result: "i32",
      },
      statfs: { parameters: ["buffer", "buffer"], result: "i32" },
    });
  } catch {
    // A C library that lacks one of these is treated as absent.
    return undefined;
  }
}

type Symbols = NonNullable<ReturnType<typeof tryOpen>>["symbols"];

function wrap(c: Symbols): Libc {
  const check = (result: number, call: string, path: string) => {
    if (result === -1) throw systemError(readErrno(c), call, path);
    return result;
  };
  const reused = reusedCString();
  const pathOf = (path: string, call: string) => {
    const name = reused(path);
    if (name === undefined) throw systemError(ENAMETOOLONG, call, path);
    return name;
  };
  const recordLock = recordLockBy(c, () => readErrno(c));
  return {
    tryRecordLock(path) {
      const lock = recordLock(path);
      if (lock !== undefined && "errno" in lock) throw systemError(lock.errno, lock.call, path);
      return lock;
    },
    stamps: stampsOf(c),
    lstat: statusOf(c, () => readErrno(c)),
    async syncfs(path) {
      const fd = check(
        c.open(cString(path), O_RDONLY_CLOEXEC, 0),
        "open",
        path,
      );
      try {
        // errno belongs to the thread that made the call, so only success can be told from here.
        if (await c.syncfsOffThread(fd) !== 0) {
          throw systemError(5, "syncfs", path);
        }
      } finally {
        c.close(fd);
      }
    },
    exchange(a, b) {
      check(
        c.renameat2(
          AT_FDCWD,
          cString(a),
          AT_FDCWD,
          cString(b),
          RENAME_EXCHANGE,
        ),
        "renameat2",
        a,
      );
    },
    openBeneath(root, path) {
      const directory = c.open(cString(root), O_PATH_CLOEXEC, 0);
      if (directory === -1) return -readErrno(c);
      const how = new BigUint64Array([
        BigInt(O_PATH_CLOEXEC),
        0n,
        BigInt(RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH),
      ]);
      const fd = Number(c.syscall(OPENAT2, directory, cString(path), how, BigInt(how.byteLength)));
      const errno = fd === -1 ? readErrno(c) : 0;
      c.close(directory);
      return fd === -1 ? -errno : fd;
    },
    close(fd) {
      c.close(fd);
    },
    unlink(path) {
      check(c.unlink(pathOf(path, "unlink")), "unlink", path);
    },
    tryUnlink(path) {
      const name = reused(path);
      if (name === undefined) return ENAMETOOLONG;
      return c.unlink(name) === 0 ? 0 : readErrno(c);
    },
    lchown(path, uid, gid) {
      check(c.lchown(cString(path), uid, gid), "lchown", path);
    },
    setMtimeNs(path, mtimeNs) {
      const times = new BigInt64Array([
        0n,
        UTIME_OMIT,
        mtimeNs / 1_000_000_000n,
        mtimeNs % 1_000_000_000n,
      ]);
      check(
        c.utimensat(AT_FDCWD, pathOf(path, "utimensat"), times, AT_SYMLINK_NOFOLLOW),
        "utimensat",
        path,
      );
    },
    mtimeNs(path) {
      const buffer = new DataView(new ArrayBuffer(256));
      const result = c.statx(
        AT_FDCWD,
        pathOf(path, "statx"),
        AT_SYMLINK_NOFOLLOW,
        STATX_MTIME,
        buffer,
      );
      check(result, "statx", path);
      return buffer.getBigInt64(112, true) * 1_000_000_000n +
        BigInt(buffer.getUint32(120, true));
    },
    statfs(path) {
      const words = new BigInt64Array(32);
      check(c.statfs(cString(path), words), "statfs", path);
      const [
        ,
        blockSize = 0n,
        ,
        ,
        available = 0n,
        inodes = 0n,
        freeInodes = 0n,
      ] = words;
      return {
        freeBytes: Number(available * blockSize),
        freeInodes: inodes === 0n ? undefined : Number(freeInodes),
      };
    },
  };
}

function readErrno(c: Symbols): number {
  const location = c.__errno_location();
  return location === null ? 0 : new Deno.UnsafePointerView(location).getInt32();
}

/** The name of an error number of Linux. */
export function errnoName(errno: number): string {
  return ERRNO_NAMES[errno] ?? `errno ${errno}`;
}

/** What a call that failed with that number throws. */
export function systemError(errno: number, call: string, path: string): Error {
  const code = errnoName(errno);
  return Object.assign(new Error(`${code}: ${call} '${path}'`), { code });
}
