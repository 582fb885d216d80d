import { reusedCString } from "./c_string.ts";
import type { FileStat, FileType } from "./files.ts";
import type { StampCalls } from "./stamps.ts";

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const STATX_BASIC_STATS = 0x7ff;
const ENAMETOOLONG = 36;

/** Words of struct statx; the mode shares its own with padding. */
const [NLINK, UID, GID, MODE, INO, SIZE, MTIME, MTIME_NS, DEV_MAJOR, DEV_MINOR] = [4, 5, 6, 7, 8, 10, 28, 30, 34, 35];

const S_IFMT = 0o170000;

const TYPES: ReadonlyMap<number, FileType> = new Map([
  [0o100000, "file"],
  [0o040000, "directory"],
  [0o120000, "symlink"],
  [0o010000, "fifo"],
  [0o140000, "socket"],
  [0o060000, "block"],
  [0o020000, "char"],
]);

/**
 * Returns what tells of a path, links not followed, or the number of the error: half of the paths that are asked for
 * are not there, and an exception for each would be most of the time.
 */
export function statusOf(
  { statx }: Pick<StampCalls, "statx">,
  readErrno: () => number,
): (path: string) => FileStat | number {
  const cString = reusedCString();
  const told = new Uint32Array(64);
  return (path) => {
    const name = cString(path);
    if (name === undefined) return ENAMETOOLONG;
    return statx(AT_FDCWD, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, told) === 0 ? statusIn(told) : readErrno();
  };
}

function statusIn(told: Uint32Array): FileStat {
  const word = (at: number) => told[at] ?? 0;
  const long = (at: number) => word(at + 1) * 2 ** 32 + word(at);
  const mode = word(MODE) & 0xffff;
  // Seconds are signed.
  const seconds = (word(MTIME + 1) | 0) * 2 ** 32 + word(MTIME);
  return {
    type: TYPES.get(mode & S_IFMT) ?? "file",
    mode: mode & 0o7777,
    uid: word(UID),
    gid: word(GID),
    size: long(SIZE),
    mtimeMs: seconds * 1000 + Math.floor(word(MTIME_NS) / 1e6),
    ino: long(INO),
    dev: deviceNumber(word(DEV_MAJOR), word(DEV_MINOR)),
    nlink: word(NLINK),
  };
}

/** As makedev(3) puts them together. */
function deviceNumber(major: number, minor: number): number {
  return Math.floor(major / 2 ** 12) * 2 ** 44 + Math.floor(minor / 2 ** 8) * 2 ** 20 +
    (major & 0xfff) * 2 ** 8 + (minor & 0xff);
}
