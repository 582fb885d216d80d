import { isNothing, sameInode, sameStamp, sizeOf, STAMP_WORDS } from "../host/stamps.ts";
import { FINGERPRINT_WORDS } from "./fingerprint.ts";
import { grown } from "./grown.ts";

/**
 * What was found out by reading files, by the numbers of their rows: the file that had this stamp was as entries of
 * that fingerprint demand. It stays true whatever happens to the tree, since nobody can set the change time of a file.
 */
export class FileFacts {
  #stamps = new Uint32Array(0);
  #prints = new Uint32Array(0);

  reserve(rows: number): void {
    this.#stamps = grown(this.#stamps, rows * STAMP_WORDS);
    this.#prints = grown(this.#prints, rows * FINGERPRINT_WORDS);
  }

  /** Whether anything is known. */
  hasAny(row: number): boolean {
    return !isNothing(this.#stamps, row * STAMP_WORDS);
  }

  /** Whether the stamp is the one of the row. */
  hasStamp(row: number, stamp: Uint32Array, at = 0): boolean {
    return sameStamp(this.#stamps, row * STAMP_WORDS, stamp, at);
  }

  /** Whether another content, or the same one again, was written to the file since. */
  isAltered(row: number, stamp: Uint32Array): boolean {
    return sameInode(this.#stamps, row * STAMP_WORDS, stamp, 0) && !this.hasStamp(row, stamp);
  }

  /** Whether the fingerprint is the one of the row. */
  hasPrint(row: number, print: Uint32Array, at = 0): boolean {
    const own = row * FINGERPRINT_WORDS;
    if (own + FINGERPRINT_WORDS > this.#prints.length) return false;
    for (let word = 0; word < FINGERPRINT_WORDS; word++) {
      if (this.#prints[own + word] !== print[at + word]) return false;
    }
    return true;
  }

  /** Bytes of the file that the stamp is of. */
  sizeOf(row: number): number {
    return sizeOf(this.#stamps, row * STAMP_WORDS);
  }

  /** Sets the fingerprint at `at`, and the stamp that follows it. */
  set(row: number, words: Uint32Array, at: number): void {
    this.setPrint(row, words, at);
    this.setStamp(row, words, at + FINGERPRINT_WORDS);
  }

  setStamp(row: number, stamp: Uint32Array, at: number): void {
    if ((row + 1) * STAMP_WORDS > this.#stamps.length) this.reserve(row + 1);
    for (let word = 0; word < STAMP_WORDS; word++) this.#stamps[row * STAMP_WORDS + word] = stamp[at + word] ?? 0;
  }

  setPrint(row: number, print: Uint32Array, at: number): void {
    if ((row + 1) * FINGERPRINT_WORDS > this.#prints.length) this.reserve(row + 1);
    for (let word = 0; word < FINGERPRINT_WORDS; word++) {
      this.#prints[row * FINGERPRINT_WORDS + word] = print[at + word] ?? 0;
    }
  }

  copyStamp(row: number, into: Uint32Array, at: number): void {
    for (let word = 0; word < STAMP_WORDS; word++) into[at + word] = this.#stamps[row * STAMP_WORDS + word] ?? 0;
  }

  copyPrint(row: number, into: Uint32Array, at: number): void {
    const from = row * FINGERPRINT_WORDS;
    for (let word = 0; word < FINGERPRINT_WORDS; word++) into[at + word] = this.#prints[from + word] ?? 0;
  }
}
