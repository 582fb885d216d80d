// @ts-check
/**
 * Lists whole trees for another thread, in parts that it can begin to use.
 *
 * Plain JavaScript: as text, with what it imports before it, the program of a worker (see shared_list.ts).
 */

import { DOT, DT_DIRECTORY, DT_FILE, openLister } from "./list_tree.js";

/** That of shared_list.ts; anything else that imports this file is no worker. */
const WORKER_NAME = "rcusync tree worker";

const SLASH = 0x2f;

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
   * @param {import("./list_tree.js").Lister} names
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
 * @param {import("./list_tree.js").Lister} names
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
