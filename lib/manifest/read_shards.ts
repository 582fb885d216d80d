import { STAMP_WORDS } from "../host/stamps.ts";
import { FileTable } from "./file_table.ts";
import { FINGERPRINT_WORDS } from "./fingerprint.ts";
import { ROOT_DIRECTORY } from "./name_index.ts";
import { SHARD } from "./shard_format.ts";

/** What an earlier verification left; `undefined` when the shards are not those of one state. They are used up. */
export function readShards(shards: readonly Uint8Array<ArrayBuffer>[]): FileTable | undefined {
  const table = new FileTable();
  const groups: LoadedGroup[] = [];
  const readers = shards.map((bytes) => new ShardReader(table, bytes));
  // With room for what is new.
  const rows = Math.ceil(1.05 * readers.reduce((sum, { counts }) => sum + counts.rows, 1000));
  table.names.reserve(rows, Math.ceil(1.05 * readers.reduce((sum, { counts }) => sum + counts.nameBytes, 1000)));
  table.reserve(rows);
  table.facts.reserve(rows);
  for (const reader of readers) if (!reader.read(groups)) return undefined;
  // Their own rows may have been in any of the shards.
  for (const { directory, bytes, nameStart, nameEnd, first, count, isWhole, size, words, printAt } of groups) {
    const manifest = table.names.row(directory, bytes, nameStart, nameEnd);
    const group = table.groups.of(manifest);
    group.first = first;
    group.count = count;
    group.usable = isWhole && table.sizeOf(manifest) === size && table.facts.hasPrint(manifest, words, printAt);
    table.groups.own(group, first, count);
  }
  for (const bytes of shards) bytes.buffer.transfer(0);
  return table;
}

/** The entries of a Manifest. There are 40,000, so what it has in its shard is told by numbers, and not by views. */
interface LoadedGroup {
  readonly directory: number;
  readonly bytes: Uint8Array;
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly count: number;
  readonly isWhole: boolean;
  readonly size: number;
  readonly words: Uint32Array;
  readonly printAt: number;
  first: number;
}

class ShardReader {
  readonly #table: FileTable;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #words = new Uint32Array(0);
  #at = 0;
  #nameAt = 0;
  /** Of directories, in the table. */
  readonly #directories: number[] = [ROOT_DIRECTORY];

  constructor(table: FileTable, bytes: Uint8Array<ArrayBuffer>) {
    this.#table = table;
    this.#bytes = bytes;
  }

  /** Rows that are told, directories among them, and bytes of their names; a table may have some in common. */
  get counts(): { readonly rows: number; readonly nameBytes: number } {
    const { length } = this.#bytes;
    const head = length < SHARD.headWords * 4 ? [] : new Uint32Array(this.#bytes.buffer, 0, SHARD.headWords);
    const [, directories = 0, , rows = 0, nameBytes = 0] = head;
    return { rows: Math.min(directories + rows, length), nameBytes: Math.min(nameBytes, length) };
  }

  /** False when it is no shard. */
  read(into: LoadedGroup[]): boolean {
    const { directoryWords, format, groupWords, headWords, rowWords } = SHARD;
    if (this.#bytes.length < headWords * 4 || this.#bytes.byteOffset !== 0) return false;
    const head = new Uint32Array(this.#bytes.buffer, 0, headWords);
    const [found, directories = 0, groups = 0, rows = 0, nameBytes = 0] = head;
    const words = headWords + directories * directoryWords + groups * groupWords + rows * rowWords;
    if (found !== format || this.#bytes.length !== words * 4 + nameBytes) return false;
    this.#words = new Uint32Array(this.#bytes.buffer, 0, words);
    this.#at = headWords;
    this.#nameAt = words * 4;
    for (let index = 0; index < directories; index++) this.#directory();
    const loaded = Array.from({ length: groups }, () => this.#group());
    let first = this.#table.names.count;
    for (const group of loaded) {
      group.first = first;
      first += group.count;
    }
    into.push(...loaded);
    return first === this.#table.names.count + rows && this.#rows(rows) && this.#nameAt === this.#bytes.length;
  }

  #directory(): void {
    const parent = this.#directories[this.#take()] ?? ROOT_DIRECTORY;
    const [start, end] = this.#name(this.#take());
    this.#directories.push(this.#table.names.directoryIn(parent, this.#bytes, start, end));
  }

  #group(): LoadedGroup {
    const directory = this.#directories[this.#take()] ?? ROOT_DIRECTORY;
    const [nameStart, nameEnd] = this.#name(this.#take());
    const [count, isWhole] = [this.#take(), this.#take() === 1];
    const size = this.#take() + this.#take() * 2 ** 32;
    const printAt = this.#at;
    this.#at += FINGERPRINT_WORDS;
    const [bytes, words] = [this.#bytes, this.#words];
    return { directory, bytes, nameStart, nameEnd, count, isWhole, size, words, printAt, first: 0 };
  }

  /** False when a path comes twice. */
  #rows(count: number): boolean {
    const { facts, names } = this.#table;
    const end = names.count + count;
    this.#table.reserve(end);
    for (let row = names.count; row < end; row++) {
      const head = this.#take();
      const directory = this.#directories[this.#take()] ?? ROOT_DIRECTORY;
      const [start, stop] = this.#name(head & 0xffff);
      if (stop > this.#bytes.length || names.row(directory, this.#bytes, start, stop) !== row) return false;
      this.#table.restore(row, this.#take() + this.#take() * 2 ** 32, head >>> 16);
      facts.set(row, this.#words, this.#at);
      this.#at += FINGERPRINT_WORDS + STAMP_WORDS;
    }
    return true;
  }

  #name(length: number): [start: number, end: number] {
    return [this.#nameAt, this.#nameAt += length];
  }

  #take(): number {
    return this.#words[this.#at++] ?? 0;
  }
}
