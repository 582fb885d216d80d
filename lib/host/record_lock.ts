import { cString } from "./c_string.ts";

/** A held lock, which is let go by `using`. */
export interface RecordLock extends Disposable {
  /** The inode that is locked, to tell whether the path still names it. */
  readonly ino: number;
}

/** The calls of the C library that this takes. */
export interface RecordLockCalls {
  open(path: Uint8Array<ArrayBuffer>, flags: number, mode: number): number;
  close(fd: number): number;
  fcntl(fd: number, command: number, lock: BufferSource): number;
  statx(dir: number, path: Uint8Array<ArrayBuffer>, flags: number, mask: number, told: BufferSource): number;
}

const O_RDWR_CLOEXEC = 0o2000002;
/** The same on every 64-bit Linux. */
const [F_WRLCK, F_UNLCK, F_OFD_SETLK] = [1, 2, 37];
const [AT_EMPTY_PATH, STATX_INO, INO_OFFSET] = [0x1000, 0x100, 32];
const [EACCES, EAGAIN] = [13, 11];

/**
 * Returns what tries to lock a whole file for writing by fcntl(2): as lockf(3) does and so sees, but for as long as the
 * file is open here. A lock of lockf(3) itself would end when any other handle of this process on the file is closed.
 *
 * @returns the lock, `undefined` when somebody else has one, or the call that failed and the number of its error.
 */
export function recordLockBy(
  c: RecordLockCalls,
  readErrno: () => number,
): (path: string) => RecordLock | undefined | { readonly call: string; readonly errno: number } {
  return (path) => {
    const fd = c.open(cString(path), O_RDWR_CLOEXEC, 0);
    if (fd === -1) return { call: "open", errno: readErrno() };
    if (c.fcntl(fd, F_OFD_SETLK, wholeFile(F_WRLCK)) === -1) {
      const errno = readErrno();
      c.close(fd);
      return errno === EAGAIN || errno === EACCES ? undefined : { call: "fcntl", errno };
    }
    return {
      ino: inodeOf(c, fd),
      [Symbol.dispose]: () => {
        // Closing is not enough: a child that is just being started has a copy of the descriptor for a moment.
        c.fcntl(fd, F_OFD_SETLK, wholeFile(F_UNLCK));
        c.close(fd);
      },
    };
  };
}

/** A struct flock: from the beginning of the file to whatever will be its end. */
function wholeFile(type: number): BufferSource {
  const lock = new DataView(new ArrayBuffer(32));
  lock.setInt16(0, type, true);
  return lock;
}

function inodeOf(c: RecordLockCalls, fd: number): number {
  const told = new DataView(new ArrayBuffer(256));
  return c.statx(fd, cString(""), AT_EMPTY_PATH, STATX_INO, told) === 0
    ? Number(told.getBigUint64(INO_OFFSET, true))
    : 0;
}
