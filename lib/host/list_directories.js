// @ts-check
/**
 * Lists many directories at once, for another thread.
 *
 * Plain JavaScript, since it has two lives: a module of this program, and, as text, part of the program of the workers
 * that hash (see hash_thread.ts).
 */

import { sharedLister } from "./list_tree.js";

/**
 * @param {import("./hash_messages.ts").ListingJob} job
 * @returns {import("./hash_messages.ts").Listing}
 */
export function listDirectories({ directories, stamp }) {
  const lister = sharedLister(stamp);
  const names = new PackedText();
  const encoder = new TextEncoder();
  const counts = Int32Array.from(directories, (path) => {
    const before = names.count;
    const done = lister?.list(encoder.encode(`${path}\0`), (found) => names.add(found));
    if (done) return names.count - before;
    names.cut(before);
    return -1;
  });
  return { counts, ...names.whole() };
}

/** Names, one after the other, each followed by NUL. */
class PackedText {
  count = 0;
  #length = 0;
  #bytes = new Uint8Array(2 ** 16);
  #types = new Uint8Array(2 ** 12);

  /** @param {import("./list_tree.js").Lister} found */
  add({ bytes, count, starts, ends, types }) {
    // Each name is shorter than what the kernel told of it.
    while (this.#length + bytes.length > this.#bytes.length) this.#bytes = longer(this.#bytes);
    while (this.count + count > this.#types.length) this.#types = longer(this.#types);
    for (let index = 0; index < count; index++) {
      this.#types[this.count++] = types[index] ?? 0;
      const end = ends[index] ?? 0;
      for (let at = starts[index] ?? 0; at <= end; at++) this.#bytes[this.#length++] = bytes[at] ?? 0;
    }
  }

  /** Takes all but the first `count` names back. @param {number} count */
  cut(count) {
    let left = count;
    let length = 0;
    for (; left > 0; length++) if (this.#bytes[length] === 0) left--;
    [this.count, this.#length] = [count, length];
  }

  whole() {
    return {
      names: new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.#bytes.subarray(0, this.#length)),
      types: this.#types.slice(0, this.count),
    };
  }
}

/** @param {Uint8Array<ArrayBuffer>} array */
function longer({ buffer }) {
  return new Uint8Array(buffer.transfer(2 * buffer.byteLength));
}
