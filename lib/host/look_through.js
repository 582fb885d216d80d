// @ts-check
/**
 * Looks at the entries of a tree: what the kernel had to read for that, it has at hand afterwards. What is remembered
 * of an entry is a hash of its path, where that is wanted: a tree has 230,000, and a text for each would be too much.
 *
 * Plain JavaScript, since it has two lives: a module of this program, and, as text, the whole program of the worker of
 * tree_warmer.ts and tree_survey.ts, where neither other modules nor a compiler are at hand.
 */

import { O_DIRECTORY, O_NOFOLLOW } from "./open_flags.js";

/** What tree_warmer.ts starts; anything else that imports this file is not a worker of its. */
const WORKER_NAME = "rcusync warming worker";

const O_CLOEXEC = 0o2000000;
const AT_SYMLINK_NOFOLLOW = 0x100;
const STATX_BASIC_STATS = 0x7ff;
const [DT_UNKNOWN, DT_DIRECTORY] = [0, 4];

/** Fields of struct linux_dirent64: length of the record, type, name. */
const [LENGTH_AT, TYPE_AT, NAME_AT] = [16, 18, 19];

const [DOT, SLASH] = [0x2e, 0x2f];

/**
 * What the kernel has at hand it tells in 1 to 4 µs; where that is so of the first name of a directory, it is of all.
 */
const AT_HAND_MS = 0.005;

/**
 * Goes on with a hash of 64 bits over more bytes of a path. It begins with a seed of each run's own: two paths that
 * have the same hash once do not have it ever after.
 *
 * @param {Uint32Array<ArrayBuffer>} hash two words, which are changed
 * @param {Uint8Array} bytes
 * @param {number} from
 * @param {number} to
 */
export function hashOn(hash, bytes, from, to) {
  let first = hash[0] ?? 0;
  let second = hash[1] ?? 0;
  for (let at = from; at < to; at++) {
    first = Math.imul(first ^ (bytes[at] ?? 0), 0x9e3779b1);
    second = Math.imul(second ^ (first >>> 15), 0x85ebca6b);
  }
  hash[0] = first;
  hash[1] = second;
}

/** The entries of a tree, directory by directory: {@linkcode import("./tree_survey.ts").TreeSurvey}. */
class Survey {
  isComplete = true;
  #count = 0;
  #hashes = new Uint32Array(2 ** 12);
  #paths = new Uint8Array(2 ** 12);
  /** @type {number[]} */
  #ends = [];
  /** @type {number[]} */
  #pathEnds = [];
  /** Of the directory's path and a slash, and of one entry's. */
  #above = new Uint32Array(2);
  #hash = new Uint32Array(2);
  #decoder = new TextDecoder();

  /** @param {import("./tree_survey.ts").SurveyRequest} request */
  constructor(request) {
    this.request = request;
  }

  /** @param {Uint8Array} path of the next directory, from the tree, with a slash at its end unless it is the tree */
  begin(path) {
    this.#ends.push(this.#count);
    const start = this.#pathEnds.at(-1) ?? 0;
    while (start + path.length > this.#paths.length) this.#paths = new Uint8Array(doubled(this.#paths));
    this.#paths.set(path, start);
    this.#pathEnds.push(start + path.length);
    this.#above.set(this.request.seed);
    hashOn(this.#above, path, 0, path.length);
  }

  /**
   * Whether an entry of the directory is to be passed over with all that is in it.
   *
   * @param {Uint8Array} name
   * @param {number} type
   */
  skips(name, type) {
    const { skipped, unwanted } = this.request;
    if (type === DT_UNKNOWN) this.isComplete = false;
    if (name[0] === DOT && type === DT_DIRECTORY && unwanted.includes(this.#decoder.decode(name))) {
      this.isComplete = false;
    }
    return this.#ends.length === 1 && skipped.includes(this.#decoder.decode(name));
  }

  /** @param {Uint8Array} name */
  add(name) {
    const [above, hash] = [this.#above, this.#hash];
    hash[0] = above[0] ?? 0;
    hash[1] = above[1] ?? 0;
    hashOn(hash, name, 0, name.length);
    const at = 2 * this.#count++;
    if (at === this.#hashes.length) this.#hashes = new Uint32Array(doubled(this.#hashes));
    this.#hashes[at] = hash[0];
    this.#hashes[at + 1] = hash[1];
  }

  /** @returns {import("./tree_survey.ts").TreeSurvey | undefined} */
  done() {
    if (!this.isComplete) return undefined;
    const ends = Uint32Array.from([...this.#ends.slice(1), this.#count]);
    return { hashes: this.#hashes, ends, paths: this.#paths, pathEnds: Uint32Array.from(this.#pathEnds) };
  }
}

/** @param {Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>} array */
function doubled({ buffer }) {
  return buffer.transfer(buffer.byteLength * 2);
}

/** @param {import("./tree_survey.ts").LookJob} job */
function lookThrough({ tree, request }) {
  const libc = Deno.dlopen("libc.so.6", {
    open: { parameters: ["buffer", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
    getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  }).symbols;
  const entries = new Uint8Array(64 * 1024);
  const result = new Uint8Array(256);
  const survey = request && new Survey(request);
  /** Paths that end with NUL. */
  const pending = [new TextEncoder().encode(`${tree}\0`)];
  const treeLength = pending[0]?.length;
  let isFirst = true;
  let isAtHand = false;

  /** @param {Uint8Array} dir @param {number} fd @param {number} filled */
  const look = (dir, fd, filled) => {
    for (let at = 0; at < filled; at += (entries[at + LENGTH_AT] ?? 0) | ((entries[at + LENGTH_AT + 1] ?? 0) << 8)) {
      const start = at + NAME_AT;
      const end = entries.indexOf(0, start);
      if (entries[start] === DOT && (end === start + 1 || (end === start + 2 && entries[start + 1] === DOT))) continue;
      const type = entries[at + TYPE_AT] ?? DT_UNKNOWN;
      const name = entries.subarray(start, end);
      if (survey?.skips(name, type)) continue;
      survey?.add(name);
      if (!isAtHand) {
        const startMs = performance.now();
        // The name's end is behind it.
        libc.statx(fd, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, result);
        isAtHand = isFirst && performance.now() - startMs < AT_HAND_MS;
        isFirst = false;
      }
      if (type === DT_DIRECTORY) pending.push(child(dir, name));
    }
  };
  for (let dir = pending.pop(); dir !== undefined; dir = pending.pop()) {
    const fd = libc.open(dir, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    dir[dir.length - 1] = SLASH;
    isFirst = true;
    isAtHand = false;
    survey?.begin(dir.subarray(treeLength));
    // Whoever really needs it will say what is wrong.
    let filled = fd < 0 ? -1 : 1;
    while (filled > 0) {
      filled = Number(libc.getdents64(fd, entries, BigInt(entries.length)));
      look(dir, fd, filled);
    }
    if (filled < 0 && survey !== undefined) survey.isComplete = false;
    if (fd >= 0) libc.close(fd);
  }
  return survey?.done();
}

/** @param {Uint8Array} dir that ends with a slash @param {Uint8Array} name */
function child(dir, name) {
  const path = new Uint8Array(dir.length + name.length + 1);
  path.set(dir);
  path.set(name, dir.length);
  return path;
}

if (globalThis.name === WORKER_NAME) {
  /** @type {unknown} */
  const post = Reflect.get(globalThis, "postMessage");
  globalThis.addEventListener("message", (event) => {
    if (!(event instanceof MessageEvent) || typeof post !== "function") return;
    const survey = lookThrough(event.data);
    post({ survey }, Object.values(survey ?? {}).map(({ buffer }) => buffer));
  });
}
