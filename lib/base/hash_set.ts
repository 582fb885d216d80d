const FIRST_CAPACITY = 2 ** 12;

/**
 * A set of hashes of 64 bits, by the hundred thousand, in one array: no object and no text for each. The bits of a
 * hash's second word have to be as good as random.
 *
 * @example
 * ```ts
 * import { HashSet } from "./hash_set.ts";
 * import { assertEquals } from "@std/assert";
 * const set = new HashSet();
 * const hashes = Uint32Array.of(1, 2, 3, 4);
 * set.add(hashes, 2);
 * assertEquals([set.has(hashes, 0), set.has(hashes, 2), set.size], [false, true, 1]);
 * ```
 */
export class HashSet {
  #size = 0;
  /** Two words a place. */
  #words = new Uint32Array(2 * FIRST_CAPACITY);

  /** How many different ones there are. */
  get size(): number {
    return this.#size;
  }

  /** Adds the hash whose words are at `index` and behind it; one that is there already stays there once. */
  add(hashes: Uint32Array, index = 0): void {
    const at = placeOf(this.#words, hashes, index);
    if (this.#words[at + 1] !== 0) return;
    this.#words[at] = hashes[index] ?? 0;
    this.#words[at + 1] = notFree(hashes[index + 1]);
    if (++this.#size * 8 > this.#words.length * 3) this.#grow();
  }

  /** Tells whether the hash whose words are at `index` and behind it was added. */
  has(hashes: Uint32Array, index = 0): boolean {
    return this.#words[placeOf(this.#words, hashes, index) + 1] !== 0;
  }

  #grow(): void {
    const old = this.#words;
    this.#words = new Uint32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 2) {
      if (old[at + 1] === 0) continue;
      const place = placeOf(this.#words, old, at);
      this.#words[place] = old[at] ?? 0;
      this.#words[place + 1] = old[at + 1] ?? 0;
    }
  }
}

/** Where a hash is, or else the free place where it belongs. */
function placeOf(words: Uint32Array, hashes: Uint32Array, index: number): number {
  const first = hashes[index] ?? 0;
  const second = notFree(hashes[index + 1]);
  const last = words.length - 1;
  // The upper bits are mixed in: where a hash is made by multiplying, more of its input has gone into them.
  let at = ((second << 1) ^ (second >>> 11)) & last & ~1;
  for (;;) {
    const found = words[at + 1];
    if (found === 0 || (found === second && words[at] === first)) return at;
    at = (at + 2) & last;
  }
}

/** A free place is told by its second word, for which 0 stands for 1. */
function notFree(second = 0): number {
  return second === 0 ? 1 : second;
}
