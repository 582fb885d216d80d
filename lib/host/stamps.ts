import { reusedCString } from "./c_string.ts";
import { O_DIRECTORY } from "./open_flags.js";

/**
 * What tells whether a file is still the one that was seen before, by statx(2) in nanoseconds: device, inode, size,
 * mode, modification and change time, as words in arrays, since a tree has 200,000.
 */
export interface Stamps {
  /**
   * Stamps of entries of a directory, {@linkcode STAMP_WORDS} each in the order of `names`, links not followed. All
   * zeros stand for what is not there or cannot be looked at. Good until the next call.
   */
  of(dir: string, names: readonly string[]): Uint32Array<ArrayBuffer>;
  /** Whether the file system of `path` is a local one that keeps inode numbers and change times as Linux means them. */
  areReliable(path: string): boolean;
}

/** Words of one stamp: device 2, inode 2, mode, size 2, modification time 3, change time 3. */
export const STAMP_WORDS = 13;

const INODE_END = 4;
const MODE_AT = 4;
const SIZE_AT = 5;
const CHANGED_AT = 10;

/** Whether two stamps are of the same unchanged file; one that is all zeros is like no other. */
export function sameStamp(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number): boolean {
  return sameButChangeTime(a, aAt, b, bAt) && compareChangeTimes(a, aAt, b, bAt) === 0;
}

/** Whether two stamps differ at most as adding and removing links to a file makes them differ. */
export function sameButChangeTime(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number): boolean {
  if (isNothing(a, aAt)) return false;
  for (let word = 0; word < CHANGED_AT; word++) if (a[aAt + word] !== b[bAt + word]) return false;
  return true;
}

/** Whether two stamps bear the same device and inode number. */
export function sameInode(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number): boolean {
  for (let word = 0; word < INODE_END; word++) if (a[aAt + word] !== b[bAt + word]) return false;
  return !isNothing(a, aAt);
}

/** Negative when the file of stamp `a` was changed before that of `b`, positive when after. */
export function compareChangeTimes(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number): number {
  return changedSeconds(a, aAt) - changedSeconds(b, bAt) ||
    word(a, aAt + CHANGED_AT + 2) - word(b, bAt + CHANGED_AT + 2);
}

/** Change time in nanoseconds since 1970. */
export function changedNs(stamp: Uint32Array, at: number): bigint {
  return BigInt(changedSeconds(stamp, at)) * 1_000_000_000n + BigInt(word(stamp, at + CHANGED_AT + 2));
}

/** Bytes of the file. */
export function sizeOf(stamp: Uint32Array, at: number): number {
  return word(stamp, at + SIZE_AT + 1) * 2 ** 32 + word(stamp, at + SIZE_AT);
}

/** Whether there was nothing to be seen, or no regular file. */
export function isNoFile(stamp: Uint32Array, at: number): boolean {
  return (word(stamp, at + MODE_AT) & S_IFMT) !== S_IFREG;
}

/** Whether it was a directory. */
export function isDirectory(stamp: Uint32Array, at: number): boolean {
  return (word(stamp, at + MODE_AT) & S_IFMT) === S_IFDIR;
}

/** Whether a stamp is all zeros. */
export function isNothing(stamp: Uint32Array, at: number): boolean {
  return word(stamp, at + MODE_AT) === 0;
}

function changedSeconds(stamp: Uint32Array, at: number): number {
  return word(stamp, at + CHANGED_AT + 1) * 2 ** 32 + word(stamp, at + CHANGED_AT);
}

function word(words: Uint32Array, at: number): number {
  return words[at] ?? 0;
}

/** The calls of the C library that stamps are made of. */
export interface StampCalls {
  open(path: Uint8Array<ArrayBuffer>, flags: number, mode: number): number;
  close(fd: number): number;
  statx(
    dir: number,
    name: Uint8Array<ArrayBuffer>,
    flags: number,
    mask: number,
    result: Uint32Array<ArrayBuffer>,
  ): number;
  statfs(path: Uint8Array<ArrayBuffer>, result: BigInt64Array<ArrayBuffer>): number;
}

const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const S_IFDIR = 0o040000;
const O_PATH_DIRECTORY_CLOEXEC = 0o10000000 | O_DIRECTORY | 0o2000000;
const AT_SYMLINK_NOFOLLOW = 0x100;
/** Type, mode, modification time, change time, inode, size. */
const MASK = 0x1 | 0x2 | 0x40 | 0x80 | 0x100 | 0x200;

/** Where the words of a stamp are in struct statx; the mode shares its word with padding. */
const STATX_WORDS = [34, 35, 8, 9, 7, 10, 11, 28, 29, 30, 24, 25, 26] as const;

/** How others, who cannot import this, take a stamp out of struct statx. */
export interface StampRequest {
  readonly words: readonly number[];
  readonly mask: number;
  /** Where the mode is; its upper half is to be cleared. */
  readonly modeAt: number;
}

/** What a stamp is. */
export const STAMP_REQUEST: StampRequest = { words: STATX_WORDS, mask: MASK, modeAt: MODE_AT };

/** ext2 to ext4, XFS, btrfs, tmpfs, F2FS, bcachefs, ZFS: others (network, FUSE, overlay) may make numbers up. */
const RELIABLE: ReadonlySet<bigint> = new Set([
  0xef53n,
  0x58465342n,
  0x9123683en,
  0x01021994n,
  0xf2f52010n,
  0xca451a4en,
  0x2fc12fc1n,
]);

/**
 * Returns what takes the stamp of one entry of an open directory, not following links, into one array: all zeros when
 * the entry is not there or not all is told. The name ends with NUL.
 */
function stampReader(
  { statx }: StampCalls,
): (dir: number, name: Uint8Array<ArrayBuffer>) => Uint32Array<ArrayBuffer> {
  const told = new Uint32Array(64);
  const stamp = new Uint32Array(STAMP_WORDS);
  return (dir, name) => {
    const done = statx(dir, name, AT_SYMLINK_NOFOLLOW, MASK, told) === 0 && (word(told, 0) & MASK) === MASK;
    if (!done) return stamp.fill(0);
    for (let index = 0; index < STAMP_WORDS; index++) stamp[index] = word(told, STATX_WORDS[index] ?? 0);
    stamp[MODE_AT] = word(stamp, MODE_AT) & 0xffff;
    return stamp;
  };
}

/** Stamps by way of the C library. */
export function stampsOf(calls: StampCalls): Stamps {
  const read = stampReader(calls);
  let words = new Uint32Array(512 * STAMP_WORDS);
  const cString = reusedCString();
  return {
    of(dir, names) {
      if (names.length * STAMP_WORDS > words.length) words = new Uint32Array(names.length * 2 * STAMP_WORDS);
      const path = cString(dir);
      const opened = path === undefined ? -1 : calls.open(path, O_PATH_DIRECTORY_CLOEXEC, 0);
      if (opened < 0) return words.fill(0);
      try {
        names.forEach((entry, index) => {
          const at = index * STAMP_WORDS;
          const name = cString(entry);
          if (name !== undefined) words.set(read(opened, name), at);
          else words.fill(0, at, at + STAMP_WORDS);
        });
      } finally {
        calls.close(opened);
      }
      return words;
    },
    areReliable(path) {
      const result = new BigInt64Array(32);
      const name = cString(path);
      return name !== undefined && calls.statfs(name, result) === 0 &&
        RELIABLE.has(BigInt.asUintN(32, result[0] ?? 0n));
    },
  };
}
