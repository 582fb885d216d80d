import type { HashAlgorithm } from "./hash_algorithm.ts";

/** Of each of the arrays. */
export const CHUNK_BYTES = 2 ** 20;

/** Digests as bytes in a few big arrays: half of what their hex takes, and nothing for the garbage collector. */
export class PackedDigests {
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  #end = 0;

  /** Stores the digests of a file, one after the other; returns where. */
  add(digests: Uint8Array): number {
    // No set of digests straddles two chunks.
    if (this.#end + digests.length > this.#chunks.length * CHUNK_BYTES) {
      this.#end = this.#chunks.length * CHUNK_BYTES;
      this.#chunks.push(new Uint8Array(CHUNK_BYTES));
    }
    const start = this.#end;
    this.chunkAt(start).set(digests, start % CHUNK_BYTES);
    this.#end += digests.length;
    return start;
  }

  /** The digests that were stored at `at`, one after the other. */
  bytes(at: number, algorithms: readonly HashAlgorithm[]): Uint8Array<ArrayBuffer> {
    let end = at % CHUNK_BYTES;
    for (const { hexDigits } of algorithms) end += hexDigits / 2;
    return this.chunkAt(at).subarray(at % CHUNK_BYTES, end);
  }

  /** The array that has them, from `at % CHUNK_BYTES` on: without the object that `bytes` makes. */
  chunkAt(at: number): Uint8Array<ArrayBuffer> {
    return this.#chunks[Math.floor(at / CHUNK_BYTES)] ?? new Uint8Array();
  }
}
