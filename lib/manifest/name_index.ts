import { grown } from "./grown.ts";

/** Stands for no row and no directory. */
export const NONE = -1;

/** The root of the tree. Any other directory has the number after that of its row. */
export const ROOT_DIRECTORY = 0;

/** The row of a directory's own name. */
export function rowOfDirectory(directory: number): number {
  return directory - 1;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const SLASH = 0x2f;

/**
 * Numbers names of a tree, from 0, in the order in which they come: each is a directory and bytes. There are 200,000,
 * so they are kept in one array and found by a hash table of numbers; paths are made only of those that somebody wants.
 */
export class NameIndex {
  #bytes = new Uint8Array(2 ** 14);
  #directoryOf = new Uint32Array(2 ** 10);
  #ends = new Uint32Array(2 ** 10);
  #hashes = new Uint32Array(2 ** 10);
  /** Open addressing; a row's number plus one, or 0. */
  #slots = new Uint32Array(2 ** 11);
  #count = 0;
  /** So that nobody can choose names that fall on each other. */
  readonly #seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  /** The directory whose path was made last. */
  #last = { directory: ROOT_DIRECTORY, path: "" };

  /** Rows; directories are among them. */
  get count(): number {
    return this.#count;
  }

  /** Makes room for so many rows, and so many bytes of names. */
  reserve(rows: number, bytes = 0): void {
    this.#bytes = grown(this.#bytes, bytes);
    this.#growRows(rows);
    if (rows * 2 > this.#slots.length) this.#rehash(rows * 2);
  }

  /** The directory that a name is in. */
  directoryOf(row: number): number {
    return this.#directoryOf[row] ?? NONE;
  }

  /** The directory above. */
  parentOf(directory: number): number {
    return directory === ROOT_DIRECTORY ? NONE : this.directoryOf(rowOfDirectory(directory));
  }

  /** The row of the name at `start` to before `end` of `bytes`; `NONE` when there is none. */
  find(directory: number, bytes: Uint8Array, start: number, end: number): number {
    if (directory === NONE) return NONE;
    const hash = this.#hash(directory, bytes, start, end);
    return (this.#slots[this.#slot(hash, directory, bytes, start, end)] ?? 0) - 1;
  }

  /** As `find`, but makes the row. */
  row(directory: number, bytes: Uint8Array, start: number, end: number): number {
    const hash = this.#hash(directory, bytes, start, end);
    const slot = this.#slot(hash, directory, bytes, start, end);
    const found = this.#slots[slot] ?? 0;
    if (found > 0) return found - 1;
    const row = this.#append(directory, bytes, start, end);
    this.#hashes[row] = hash;
    this.#slots[slot] = row + 1;
    if (this.#count * 2 > this.#slots.length) this.#rehash(this.#count * 4);
    return row;
  }

  /** The directory of that name, which is made. */
  directoryIn(directory: number, bytes: Uint8Array, start: number, end: number): number {
    return this.row(directory, bytes, start, end) + 1;
  }

  /** The row of a path from the root, which is made. */
  rowOfPath(path: string): number {
    return this.#walk(path, (directory, bytes, start, end) => this.row(directory, bytes, start, end));
  }

  /** The directory of that path, which is made; not for the root. */
  directoryOfPath(path: string): number {
    return this.rowOfPath(path) + 1;
  }

  findPath(path: string): number {
    return this.#walk(path, (directory, bytes, start, end) => this.find(directory, bytes, start, end));
  }

  /** Bytes that are not UTF-8 are replaced. */
  nameOf(row: number): string {
    return decoder.decode(this.#bytes.subarray(this.#startOf(row), this.#ends[row]));
  }

  /** Bytes of the name. */
  nameLength(row: number): number {
    return (this.#ends[row] ?? 0) - this.#startOf(row);
  }

  /** Copies the name to `at` and returns where it ends. */
  copyName(row: number, into: Uint8Array, at: number): number {
    const end = this.#ends[row] ?? 0;
    for (let from = this.#startOf(row); from < end; from++) into[at++] = this.#bytes[from] ?? 0;
    return at;
  }

  pathOf(row: number): string {
    const directory = this.directoryPath(this.directoryOf(row));
    return directory === "" ? this.nameOf(row) : `${directory}/${this.nameOf(row)}`;
  }

  /** Empty for the root. */
  directoryPath(directory: number): string {
    if (directory <= ROOT_DIRECTORY) return "";
    if (this.#last.directory !== directory) this.#last = { directory, path: this.pathOf(rowOfDirectory(directory)) };
    return this.#last.path;
  }

  /**
   * Appends the path of a directory, a slash before each component, to what `into` has before `at`; returns its end.
   */
  copyPath(directory: number, into: Uint8Array, at: number): number {
    if (directory <= ROOT_DIRECTORY) return at;
    const end = this.copyPath(this.parentOf(directory), into, at);
    into[end] = SLASH;
    return this.copyName(rowOfDirectory(directory), into, end + 1);
  }

  #walk(path: string, step: (directory: number, bytes: Uint8Array, start: number, end: number) => number): number {
    const bytes = encoder.encode(path);
    let row = NONE;
    for (let start = 0, end = 0; start <= bytes.length; start = end + 1) {
      const found = bytes.indexOf(SLASH, start);
      end = found < 0 ? bytes.length : found;
      if (start > 0 && row === NONE) return NONE;
      row = step(row + 1, bytes, start, end);
    }
    return row;
  }

  #startOf(row: number): number {
    return row === 0 ? 0 : this.#ends[row - 1] ?? 0;
  }

  #slot(hash: number, directory: number, bytes: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let row = this.#slots[slot] ?? 0; row > 0; row = this.#slots[slot] ?? 0) {
      if (this.#hashes[row - 1] === hash && this.#is(row - 1, directory, bytes, start, end)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #is(row: number, directory: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#directoryOf[row] !== directory) return false;
    let own = this.#startOf(row);
    if ((this.#ends[row] ?? 0) - own !== end - start) return false;
    for (let at = start; at < end; at++) if (this.#bytes[own++] !== bytes[at]) return false;
    return true;
  }

  #append(directory: number, bytes: Uint8Array, start: number, end: number): number {
    const row = this.#count++;
    const used = this.#startOf(row);
    if (used + end - start > this.#bytes.length) this.#bytes = grown(this.#bytes, used + end - start);
    for (let at = start; at < end; at++) this.#bytes[used + at - start] = bytes[at] ?? 0;
    if (row >= this.#ends.length) this.#growRows(this.#count);
    this.#ends[row] = used + end - start;
    this.#directoryOf[row] = directory;
    return row;
  }

  /** By itself, so that it is no part of what is compiled for each row. */
  #growRows(rows: number): void {
    this.#directoryOf = grown(this.#directoryOf, rows);
    this.#ends = grown(this.#ends, rows);
    this.#hashes = grown(this.#hashes, rows);
  }

  #rehash(atLeast: number): void {
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(atLeast)));
    const mask = slots.length - 1;
    for (let row = 0; row < this.#count; row++) {
      let slot = (this.#hashes[row] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = row + 1;
    }
    this.#slots = slots;
  }

  /** FNV-1a, its upper bits mixed in. */
  #hash(directory: number, bytes: Uint8Array, start: number, end: number): number {
    let hash = Math.imul(this.#seed ^ directory, 0x9e3779b1);
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    return (hash ^ hash >>> 15) >>> 0;
  }
}
