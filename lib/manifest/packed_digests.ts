import type { Digest } from "./entry.ts";
import type { HashAlgorithm } from "./hash_algorithm.ts";

const CHUNK_BYTES = 2 ** 20;

/** Digests as bytes in a few big arrays: half of what their hex takes, and nothing for the garbage collector. */
export class PackedDigests {
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  #end = 0;

  /** Stores digests; returns where. */
  add(digests: readonly Digest[]): number {
    const length = digests.reduce((sum, { algorithm }) => sum + algorithm.hexDigits / 2, 0);
    // No set of digests straddles two chunks.
    if (this.#end + length > this.#chunks.length * CHUNK_BYTES) this.#addChunk();
    const start = this.#end;
    for (const { hex } of digests) {
      this.#chunkAt(this.#end).subarray(this.#end % CHUNK_BYTES).setFromHex(hex);
      this.#end += hex.length / 2;
    }
    return start;
  }

  /** The hex of digests that were stored at `at`. */
  read(at: number, algorithms: readonly HashAlgorithm[]): string[] {
    const chunk = this.#chunkAt(at);
    let start = at % CHUNK_BYTES;
    return algorithms.map(({ hexDigits }) => chunk.subarray(start, start += hexDigits / 2).toHex());
  }

  /** As `read`, but the bytes of all, one after the other. */
  bytes(at: number, algorithms: readonly HashAlgorithm[]): Uint8Array<ArrayBuffer> {
    const start = at % CHUNK_BYTES;
    return this.#chunkAt(at).subarray(start, algorithms.reduce((end, { hexDigits }) => end + hexDigits / 2, start));
  }

  #addChunk(): void {
    this.#end = this.#chunks.length * CHUNK_BYTES;
    this.#chunks.push(new Uint8Array(CHUNK_BYTES));
  }

  #chunkAt(at: number): Uint8Array<ArrayBuffer> {
    return this.#chunks[Math.floor(at / CHUNK_BYTES)] ?? new Uint8Array();
  }
}
