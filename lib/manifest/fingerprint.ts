import { createHash } from "node:crypto";
import { HASH_ALGORITHMS, type HashAlgorithm } from "./hash_algorithm.ts";

/** Words of a fingerprint. */
export const FINGERPRINT_WORDS = 9;

/** Bytes of a digest that count: as many as make it certain. */
const HEAD_BYTES = 16;

const NUMBERS: ReadonlyMap<string, number> = new Map(
  [...HASH_ALGORITHMS.keys()].map((name, index) => [name, index + 1]),
);

/**
 * What the digests of an entry come to, so that two entries of one size and fingerprint demand the same contents: the
 * algorithms, then the beginnings of one or two digests; of more, a digest of all.
 *
 * @param digests one after the other, as bytes.
 */
export function fingerprint(
  digests: Uint8Array<ArrayBuffer>,
  algorithms: readonly HashAlgorithm[],
): Uint32Array<ArrayBuffer> {
  const print = new Uint32Array(FINGERPRINT_WORDS);
  const bytes = new Uint8Array(print.buffer, 4);
  if (algorithms.length > 2) {
    const names = algorithms.map(({ name }) => name).join(" ");
    bytes.set(createHash("sha256").update(names).update(digests).digest());
    return print;
  }
  let at = 0;
  for (const [index, { name, hexDigits }] of algorithms.entries()) {
    print[0] = (print[0] ?? 0) * 16 + (NUMBERS.get(name) ?? 0);
    bytes.set(digests.subarray(at, at + HEAD_BYTES), index * HEAD_BYTES);
    at += hexDigits / 2;
  }
  return print;
}
