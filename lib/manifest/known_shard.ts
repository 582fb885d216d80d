import { sameButChangeTime, sameInode, sameStamp, STAMP_WORDS } from "../host/stamps.ts";
import { FINGERPRINT_WORDS } from "./fingerprint.ts";

/** Words of a row: a stamp, then the fingerprint of the entry that the file was compared with. */
const ROW_WORDS = STAMP_WORDS + FINGERPRINT_WORDS;

/** Changes whenever the layout below, or what is meant by it, does. */
const FORMAT = 0x52435501;

/** Format, number of rows, bytes of the paths. */
const HEAD_BYTES = 12;

/** Ends each path; no path has one inside. */
const END = "\0";

/** Some of the files that were found to be right; see {@linkcode KnownFiles}. */
export class KnownShard {
  readonly #rows = new Map<string, number>();
  #words: Uint32Array<ArrayBuffer> = new Uint32Array(64 * ROW_WORDS);
  #used = 0;
  readonly #seen = new Set<string>();
  /** Whether it is not what was read from the store. */
  changed = true;

  get count(): number {
    return this.#rows.size;
  }

  /** Whether the file is known to be as an entry of that fingerprint demands. */
  holds(path: string, stamp: Uint32Array, at: number, print: Uint32Array): boolean {
    const row = this.#rows.get(path);
    if (row === undefined || !sameStamp(this.#words, row, stamp, at) || !this.#hasPrint(row, print)) return false;
    this.#seen.add(path);
    return true;
  }

  record(path: string, stamp: Uint32Array, at: number, print: Uint32Array): void {
    const row = this.#rows.get(path) ?? this.#newRow();
    this.#rows.set(path, row);
    this.#words.set(stamp.subarray(at, at + STAMP_WORDS), row);
    this.#words.set(print, row + STAMP_WORDS);
    this.#seen.add(path);
    this.changed = true;
  }

  forget(path: string): void {
    if (this.#rows.delete(path)) this.changed = true;
  }

  /** Forgets a file that is not as it was recorded. */
  confirm(path: string, stamp: Uint32Array, at: number): void {
    const row = this.#rows.get(path);
    if (row !== undefined && !sameStamp(this.#words, row, stamp, at)) this.forget(path);
  }

  /** Whether another content, or the same one again, was written to the file since an entry of that fingerprint fit. */
  isAltered(path: string, stamp: Uint32Array, at: number, print: Uint32Array): boolean {
    const row = this.#rows.get(path);
    return row !== undefined && this.#hasPrint(row, print) && sameInode(this.#words, row, stamp, at) &&
      !sameStamp(this.#words, row, stamp, at);
  }

  /** Whether the file is still as it was recorded. */
  stands(path: string, stamp: Uint32Array, at: number): boolean {
    const row = this.#rows.get(path);
    return row !== undefined && sameStamp(this.#words, row, stamp, at);
  }

  /** Takes over the stamp of a file that got or lost a link; anything else than its change time must be the same. */
  follow(path: string, stamp: Uint32Array, at: number): void {
    const row = this.#rows.get(path);
    if (row === undefined || sameStamp(this.#words, row, stamp, at)) return;
    if (!sameButChangeTime(this.#words, row, stamp, at)) return this.forget(path);
    this.#words.set(stamp.subarray(at, at + STAMP_WORDS), row);
    this.changed = true;
  }

  /** Forgets all that neither `holds` nor `record` has met. */
  forgetUnseen(): void {
    for (const path of this.#rows.keys()) if (!this.#seen.has(path)) this.forget(path);
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    const paths = new TextEncoder().encode([...this.#rows.keys()].map((path) => path + END).join(""));
    const rowBytes = ROW_WORDS * 4;
    const bytes = new Uint8Array(HEAD_BYTES + this.#rows.size * rowBytes + paths.length);
    new Uint32Array(bytes.buffer, 0, 3).set([FORMAT, this.#rows.size, paths.length]);
    const words = new Uint32Array(bytes.buffer, HEAD_BYTES, this.#rows.size * ROW_WORDS);
    let at = 0;
    for (const row of this.#rows.values()) {
      words.set(this.#words.subarray(row, row + ROW_WORDS), at);
      at += ROW_WORDS;
    }
    bytes.set(paths, HEAD_BYTES + words.byteLength);
    return bytes;
  }

  /** `undefined` when the bytes are not those of a shard. */
  static from(bytes: Uint8Array<ArrayBuffer>): KnownShard | undefined {
    if (bytes.length < HEAD_BYTES || bytes.byteOffset !== 0) return undefined;
    const [format, count = 0, pathBytes = 0] = new Uint32Array(bytes.buffer, 0, 3);
    const rowsEnd = HEAD_BYTES + count * ROW_WORDS * 4;
    if (format !== FORMAT || bytes.length !== rowsEnd + pathBytes) return undefined;
    const paths = new TextDecoder().decode(bytes.subarray(rowsEnd)).split(END);
    if (paths.pop() !== "" || paths.length !== count) return undefined;
    const shard = new KnownShard();
    shard.#words = new Uint32Array(bytes.buffer, HEAD_BYTES, count * ROW_WORDS);
    shard.#used = shard.#words.length;
    paths.forEach((path, index) => shard.#rows.set(path, index * ROW_WORDS));
    shard.changed = false;
    return shard;
  }

  #hasPrint(row: number, print: Uint32Array): boolean {
    for (let word = 0; word < FINGERPRINT_WORDS; word++) {
      if (this.#words[row + STAMP_WORDS + word] !== print[word]) return false;
    }
    return true;
  }

  #newRow(): number {
    if (this.#used + ROW_WORDS > this.#words.length) {
      const grown = new Uint32Array(Math.max(64 * ROW_WORDS, this.#words.length * 2));
      grown.set(this.#words.subarray(0, this.#used));
      this.#words = grown;
    }
    this.#used += ROW_WORDS;
    return this.#used - ROW_WORDS;
  }
}
