// @ts-check
/**
 * Lists directories by getdents64(2) into one buffer, with the stamps of their files by statx(2) on the directory that is
 * open anyhow: a tree has 50,000 directories and 200,000 files, of each of which an object or a string costs more than
 * the calls do.
 *
 * Plain JavaScript, since it has two lives: a module of this program, and, as text, the whole program of a worker (see
 * tree_names.ts), where neither a bundle's other modules nor a compiler are at hand.
 */

/** That of shared_list.ts; anything else that imports this file is no worker. */
const WORKER_NAME = "rcusync tree worker";

const O_DIRECTORY_NOFOLLOW_CLOEXEC = 0o200000 | 0o400000 | 0o2000000;
const AT_SYMLINK_NOFOLLOW = 0x100;
const BUFFER_BYTES = 2 ** 17;

/** Of struct linux_dirent64: inode 8 bytes, offset 8, length 2, type 1, then the name and its end. */
const [LENGTH_AT, TYPE_AT, NAME_AT, SHORTEST] = [16, 18, 19, 24];

/** PATH_MAX: of a longer name its end is missing in the copy, and the kernel, which reads no further, refuses it. */
const NAME_BYTES = 4096;

const [DT_UNKNOWN, DT_DIRECTORY, DT_FILE] = [0, 4, 8];
const [DOT, SLASH] = [0x2e, 0x2f];

/**
 * Opens what lists directories; `undefined` where the C library has no getdents64 (before glibc 2.30, others).
 *
 * @param {import("./stamps.ts").StampRequest} request
 */
export function openLister(request) {
  const calls = tryOpen();
  return calls && new Lister(calls, request);
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
class Lister {
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
    this.#fd = calls.open(path, O_DIRECTORY_NOFOLLOW_CLOEXEC, 0);
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

/**
 * Lists whole trees, one after the other as the number in shared memory tells, until there are no more.
 *
 * @param {import("./shared_list.ts").ListJob} job
 * @param {(part: import("./shared_list.ts").ListedPart) => void} give called with some directories at a time
 */
export function listTrees({ paths, next, stamp, wantsStamps }, give) {
  const packed = new PackedNames(openLister(stamp), wantsStamps ? stamp.words.length : 0, give);
  for (let task = Atomics.add(next, 0, 1); task < paths.length; task = Atomics.add(next, 0, 1)) {
    packed.addTree(new TextEncoder().encode(`${paths[task]}\0`), -1 - task);
  }
  packed.giveAll();
}

/** Names after which others may begin to use what was listed. */
const PART_NAMES = 2 ** 13;

/** What was listed and not given yet. */
class PackedNames {
  /** Directories that were met among the names. */
  #met = 0;
  #names = 0;
  /** Listed directories. */
  #directories = 0;
  #numbers = new Int32Array(PART_NAMES);
  #firsts = new Uint32Array(PART_NAMES);
  #failed = new Uint8Array(PART_NAMES);
  /** Names, one after the other. */
  #bytes = new Uint8Array(PART_NAMES * 32);
  #ends = new Uint32Array(2 * PART_NAMES);
  #types = new Uint8Array(2 * PART_NAMES);
  #stamps;

  /**
   * @param {ReturnType<typeof openLister>} lister
   * @param {number} stampWords 0 for none
   * @param {(part: import("./shared_list.ts").ListedPart) => void} give
   */
  constructor(lister, stampWords, give) {
    this.lister = lister;
    this.stampWords = stampWords;
    this.give = give;
    this.#stamps = new Uint32Array(2 * PART_NAMES * stampWords);
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} path
   * @param {number} number
   */
  addTree(path, number) {
    const pending = [{ path, number }];
    for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
      this.#addDirectory(one, pending);
      if (this.#names >= PART_NAMES || this.#directories === PART_NAMES) this.giveAll();
    }
  }

  /**
   * @param {{ path: Uint8Array<ArrayBuffer>, number: number }} directory
   * @param {{ path: Uint8Array<ArrayBuffer>, number: number }[]} pending
   */
  #addDirectory({ path, number }, pending) {
    const [index, first, met, before] = [this.#directories++, this.#names, this.#met, pending.length];
    this.#numbers[index] = number;
    this.#firsts[index] = first;
    const done = this.lister?.list(path, (names) => {
      for (let at = 0; at < names.count; at++) {
        if (names.bytes[names.starts[at] ?? 0] === DOT) continue;
        this.#addName(names, at);
        if (names.types[at] === DT_DIRECTORY) pending.push({ path: child(path, names, at), number: this.#met++ });
      }
    });
    if (done) return;
    // Whoever asked lists it, and all below, to learn what is wrong.
    this.#failed[index] = 1;
    [this.#names, this.#met, pending.length] = [first, met, before];
  }

  giveAll() {
    const [directories, names] = [this.#directories, this.#names];
    this.give({
      numbers: this.#numbers.slice(0, directories),
      firsts: this.#firsts.slice(0, directories),
      failed: this.#failed.slice(0, directories),
      bytes: this.#bytes.slice(0, this.#ends[names]),
      ends: this.#ends.slice(0, names + 1),
      types: this.#types.slice(0, names),
      stamps: this.#stamps.slice(0, names * this.stampWords),
    });
    [this.#directories, this.#names] = [0, 0];
    this.#failed.fill(0);
    // Only files have one.
    this.#stamps.fill(0);
  }

  /**
   * @param {Lister} names
   * @param {number} index
   */
  #addName(names, index) {
    const name = this.#names++;
    if (name + 2 > this.#ends.length) this.#grow();
    const start = this.#ends[name] ?? 0;
    const [from, to] = [names.starts[index] ?? 0, names.ends[index] ?? 0];
    if (start + to - from > this.#bytes.length) this.#bytes = new Uint8Array(doubled(this.#bytes));
    for (let at = from; at < to; at++) this.#bytes[start + at - from] = names.bytes[at] ?? 0;
    this.#ends[name + 1] = start + to - from;
    this.#types[name] = names.types[index] ?? 0;
    if (this.stampWords === 0 || names.types[index] !== DT_FILE) return;
    const stamp = names.stampAt(index);
    for (let word = 0; word < stamp.length; word++) this.#stamps[name * stamp.length + word] = stamp[word] ?? 0;
  }

  #grow() {
    this.#ends = new Uint32Array(doubled(this.#ends));
    this.#types = new Uint8Array(doubled(this.#types));
    this.#stamps = new Uint32Array(doubled(this.#stamps));
  }
}

/**
 * @param {Uint8Array} path
 * @param {Lister} names
 * @param {number} index
 */
function child(path, names, index) {
  const name = names.bytes.subarray(names.starts[index], (names.ends[index] ?? 0) + 1);
  const longer = new Uint8Array(path.length + name.length);
  longer.set(path);
  longer[path.length - 1] = SLASH;
  longer.set(name, path.length);
  return longer;
}

/** @param {Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>} array */
function doubled({ buffer }) {
  return buffer.transfer(buffer.byteLength * 2);
}

if (globalThis.name === WORKER_NAME) {
  /** @type {unknown} */
  const answer = Reflect.get(globalThis, "postMessage");
  globalThis.addEventListener("message", (event) => {
    if (!(event instanceof MessageEvent) || typeof answer !== "function" || !("next" in event.data)) return;
    listTrees(event.data, (part) => answer(part, Object.values(part).map(({ buffer }) => buffer)));
    answer("end");
  });
}
