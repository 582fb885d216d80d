import { createHash } from "node:crypto";
import { HASH_ALGORITHMS, type HashAlgorithm } from "./hash_algorithm.ts";

/** Words of a fingerprint. */
export const FINGERPRINT_WORDS = 9;

/** Bytes of a digest that count: as many as make it certain. */
const HEAD_BYTES = 16;

const NUMBERS: ReadonlyMap<string, number> = new Map(
  [...HASH_ALGORITHMS.keys()].map((name, index) => [name, index + 1]),
);

/** Makes fingerprints, always in the same array. */
export class Fingerprinter {
  readonly #words = new Uint32Array(FINGERPRINT_WORDS);
  readonly #bytes = new Uint8Array(this.#words.buffer, 4);
  /** The list that came last, which nearly all have in common, and what stands for it. */
  #last: readonly HashAlgorithm[] = [];
  #lastNumber = 0;

  /**
   * What the digests of an entry come to, so that two entries of one size and fingerprint demand the same contents: the
   * algorithms, then the beginnings of one or two digests; of more, a digest of all. Good until the next call.
   *
   * @param digests one after the other, as bytes.
   * @param start where they begin.
   */
  of(digests: Uint8Array<ArrayBuffer>, algorithms: readonly HashAlgorithm[], start = 0): Uint32Array<ArrayBuffer> {
    const words = this.#words.fill(0);
    if (algorithms.length > 2) {
      const names = algorithms.map(({ name }) => name).join(" ");
      const end = algorithms.reduce((at, { hexDigits }) => at + hexDigits / 2, start);
      this.#bytes.set(createHash("sha256").update(names).update(digests.subarray(start, end)).digest());
      return words;
    }
    words[0] = this.#numberOf(algorithms);
    let from = start;
    for (let index = 0; index < algorithms.length; index++) {
      const algorithm = algorithms[index];
      if (algorithm === undefined) break;
      for (let at = 0; at < HEAD_BYTES; at++) this.#bytes[index * HEAD_BYTES + at] = digests[from + at] ?? 0;
      from += algorithm.hexDigits / 2;
    }
    return words;
  }

  #numberOf(algorithms: readonly HashAlgorithm[]): number {
    if (algorithms !== this.#last) {
      this.#last = algorithms;
      this.#lastNumber = algorithms.reduce((number, { name }) => number * 16 + (NUMBERS.get(name) ?? 0), 0);
    }
    return this.#lastNumber;
  }
}
