import type { Fingerprinter } from "./fingerprint.ts";
import { grown } from "./grown.ts";
import type { HashAlgorithm } from "./hash_algorithm.ts";
import { CHUNK_BYTES, PackedDigests } from "./packed_digests.ts";

/** Instead of the place of digests: those of a Manifest that was recognized are not read before they are needed. */
const UNREAD = 0xffffffff;

/** The digests of files, by their rows. Digests are packed, and lists of algorithms shared. */
export class DigestColumn {
  readonly #lists: (readonly HashAlgorithm[])[] = [[]];
  readonly #listNumbers = new Map<string, number>([["", 0]]);
  #lastList = 0;
  #packed = new PackedDigests();
  #places = new Uint32Array(0);
  #listOf = new Uint32Array(0);

  reserve(rows: number): void {
    this.#places = grown(this.#places, rows);
    this.#listOf = grown(this.#listOf, rows);
  }

  /** Whether the digests of a row are still in its Manifest alone. */
  isUnread(row: number): boolean {
    return this.#places[row] === UNREAD;
  }

  setUnread(row: number): void {
    this.#places[row] = UNREAD;
  }

  set(row: number, digests: Uint8Array, algorithms: readonly HashAlgorithm[]): void {
    this.#places[row] = this.#packed.add(digests);
    this.#listOf[row] = this.#listNumber(algorithms);
  }

  algorithmsOf(row: number): readonly HashAlgorithm[] {
    return this.#lists[this.#listOf[row] ?? 0] ?? [];
  }

  /** One after the other, in the order of its algorithms. */
  bytesOf(row: number): Uint8Array<ArrayBuffer> {
    return this.#packed.bytes(this.#places[row] ?? 0, this.algorithmsOf(row));
  }

  /** In hex, in the order of its algorithms. */
  hexesOf(row: number): string[] {
    const hex = this.bytesOf(row).toHex();
    let from = 0;
    return this.algorithmsOf(row).map(({ hexDigits }) => hex.slice(from, from += hexDigits));
  }

  /** Their fingerprint; good until the next call of `print`. */
  printOf(row: number, print: Fingerprinter): Uint32Array<ArrayBuffer> {
    const at = this.#places[row] ?? 0;
    return print.of(this.#packed.chunkAt(at), this.algorithmsOf(row), at % CHUNK_BYTES);
  }

  /** From now on no row has any. */
  clear(): void {
    this.#packed = new PackedDigests();
  }

  #listNumber(algorithms: readonly HashAlgorithm[]): number {
    if (this.#lists[this.#lastList] === algorithms) return this.#lastList;
    const names = algorithms.map(({ name }) => name).join(" ");
    const number = this.#listNumbers.get(names) ?? this.#lists.length;
    this.#listNumbers.set(names, number);
    this.#lists[number] = algorithms;
    return this.#lastList = number;
  }
}
