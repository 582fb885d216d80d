// @ts-check
/**
 * Lists directories by getdents64(2) into one buffer, with the stamps of their files by statx(2) on the directory that
 * is open anyhow: a tree has 50,000 directories and 200,000 files, of each of which an object or a string costs more
 * than the calls do.
 *
 * Plain JavaScript, since it has two lives: a module of this program, and, as text, part of the program of a worker
 * (see shared_list.ts), where neither a bundle's other modules nor a compiler are at hand.
 */

import { O_DIRECTORY, O_NOFOLLOW } from "./open_flags.js";

const O_DIRECTORY_NOFOLLOW_CLOEXEC = O_DIRECTORY | O_NOFOLLOW | 0o2000000;
/** Looking writes nothing; for owners and root alone. */
const O_NOATIME = 0o1000000;
const AT_SYMLINK_NOFOLLOW = 0x100;
const BUFFER_BYTES = 2 ** 17;

/** Of struct linux_dirent64: inode 8 bytes, offset 8, length 2, type 1, then the name and its end. */
const [LENGTH_AT, TYPE_AT, NAME_AT, SHORTEST] = [16, 18, 19, 24];

/** PATH_MAX: of a longer name its end is missing in the copy, and the kernel, which reads no further, refuses it. */
const NAME_BYTES = 4096;

const DT_UNKNOWN = 0;
export const DT_DIRECTORY = 4;
export const DT_FILE = 8;
export const DOT = 0x2e;

/**
 * Opens what lists directories; `undefined` where the C library has no getdents64 (before glibc 2.30, others).
 *
 * @param {import("./stamps.ts").StampRequest} request
 */
export function openLister(request) {
  const calls = tryOpen();
  return calls && new Lister(calls, request);
}

/** What {@linkcode sharedLister} has opened. */
class SharedLister {
  /** @type {Lister | undefined} */
  lister;
}

const shared = new SharedLister();

/**
 * The same one for all that list directories one after the other in a thread: to open it takes as long as some fifty
 * directories do.
 *
 * @param {import("./stamps.ts").StampRequest} request always the same
 */
export function sharedLister(request) {
  shared.lister ??= openLister(request);
  return shared.lister;
}

function tryOpen() {
  try {
    return Deno.dlopen("libc.so.6", {
      open: { parameters: ["buffer", "i32", "i32"], result: "i32" },
      close: { parameters: ["i32"], result: "i32" },
      getdents64: { parameters: ["i32", "buffer", "usize"], result: "i32" },
      statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
    }).symbols;
  } catch {
    // A C library that lacks one of these is treated as absent.
    return undefined;
  }
}

const BUFFER_SIZE = BigInt(BUFFER_BYTES);

/** Some names of a directory that is open: {@linkcode import("./tree_names.ts").Names}. */
export class Lister {
  first = 0;
  count = 0;
  bytes = new Uint8Array(BUFFER_BYTES);
  starts = new Uint32Array(BUFFER_BYTES / SHORTEST + 1);
  ends = new Uint32Array(BUFFER_BYTES / SHORTEST + 1);
  types = new Uint8Array(BUFFER_BYTES / SHORTEST + 1);
  #told = new Uint32Array(64);
  #name = new Uint8Array(NAME_BYTES);
  #fd = -1;

  /**
   * @param {NonNullable<ReturnType<typeof tryOpen>>} calls
   * @param {import("./stamps.ts").StampRequest} request
   */
  constructor(calls, request) {
    this.calls = calls;
    this.request = request;
    this.stamp = new Uint32Array(request.words.length);
  }

  /**
   * Calls `visit` with this, once or more; false when something is in the way, which may be after a visit.
   *
   * @param {Uint8Array<ArrayBuffer>} path ends with NUL
   * @param {(names: Lister) => void} visit
   * @returns {boolean}
   */
  list(path, visit) {
    const { calls } = this;
    this.#fd = calls.open(path, O_DIRECTORY_NOFOLLOW_CLOEXEC | O_NOATIME, 0);
    if (this.#fd < 0) this.#fd = calls.open(path, O_DIRECTORY_NOFOLLOW_CLOEXEC, 0);
    if (this.#fd < 0) return false;
    try {
      for (;;) {
        const filled = calls.getdents64(this.#fd, this.bytes, BUFFER_SIZE);
        if (filled === 0) return true;
        if (filled < 0 || !this.#parse(filled)) return false;
        visit(this);
      }
    } finally {
      calls.close(this.#fd);
    }
  }

  /**
   * The stamp of a name, links not followed; all zeros where there is none. It is good until the next call.
   *
   * @param {number} index
   */
  stampAt(index) {
    const { words, mask, modeAt } = this.request;
    const [told, stamp] = [this.#told, this.stamp];
    // A copy costs less than a view of the buffer, which is an object.
    const name = this.#name;
    let length = 0;
    for (let at = this.starts[index] ?? 0; this.bytes[at] !== 0; at++) name[length++] = this.bytes[at] ?? 0;
    name[length] = 0;
    if (this.calls.statx(this.#fd, name, AT_SYMLINK_NOFOLLOW, mask, told) !== 0) return stamp.fill(0);
    if (((told[0] ?? 0) & mask) !== mask) return stamp.fill(0);
    for (let word = 0; word < words.length; word++) stamp[word] = told[words[word] ?? 0] ?? 0;
    stamp[modeAt] = (stamp[modeAt] ?? 0) & 0xffff;
    return stamp;
  }

  /**
   * Finds the names except `.` and `..`; false when the file system does not tell what they stand for.
   *
   * @param {number} filled
   */
  #parse(filled) {
    const { bytes, starts, ends, types } = this;
    let count = 0;
    for (let at = 0; at < filled; at += (bytes[at + LENGTH_AT] ?? 0) | (bytes[at + LENGTH_AT + 1] ?? 0) << 8) {
      const type = bytes[at + TYPE_AT] ?? 0;
      if (type === DT_UNKNOWN) return false;
      const start = at + NAME_AT;
      let end = start;
      while (bytes[end] !== 0) end++;
      if (bytes[start] === DOT && (end === start + 1 || (end === start + 2 && bytes[start + 1] === DOT))) continue;
      starts[count] = start;
      ends[count] = end;
      types[count++] = type;
    }
    this.count = count;
    return true;
  }
}
