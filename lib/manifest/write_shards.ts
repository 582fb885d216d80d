import { STAMP_WORDS } from "../host/stamps.ts";
import type { FileTable } from "./file_table.ts";
import { ROW } from "./row_flags.ts";
import { FINGERPRINT_WORDS } from "./fingerprint.ts";
import type { ManifestGroup } from "./manifest_group.ts";
import { ROOT_DIRECTORY, rowOfDirectory } from "./name_index.ts";
import { SHARD, shardNumbers, SHARDS } from "./shard_format.ts";

/** A Manifest and the rows that it owns. */
interface Owned {
  readonly group: ManifestGroup;
  readonly rows: Uint32Array;
}

/**
 * What a verification that found everything right leaves for the next, in shards by their numbers; `undefined` stands
 * for one without content. What did not change comes to the same bytes after a few times.
 */
export function* writeShards(table: FileTable): Iterable<Uint8Array<ArrayBuffer> | undefined> {
  const { names } = table;
  const shards = Array.from({ length: SHARDS }, (): Owned[] => []);
  const numberOf = shardNumbers(names);
  for (const owned of ownedRows(table)) shards[numberOf(names.directoryOf(owned.group.manifest))]?.push(owned);
  for (const groups of shards) {
    // In the order in which they were read, so that it is the same the next time.
    groups.sort((a, b) => a.group.manifest - b.group.manifest);
    yield groups.length === 0 ? undefined : new ShardWriter(table, groups).write();
  }
}

/** Expected rows by the Manifest that owns them, in order. */
function ownedRows(table: FileTable): Owned[] {
  const { groups: { all: groups }, names } = table;
  const ends = new Uint32Array(groups.length + 1);
  const ownerOf = (row: number) => table.is(row, ROW.expected) ? table.groups.ownerOf(row)?.number : undefined;
  for (let row = 0; row < names.count; row++) {
    const owner = ownerOf(row);
    if (owner !== undefined) ends[owner + 1] = (ends[owner + 1] ?? 0) + 1;
  }
  for (let group = 0; group < groups.length; group++) ends[group + 1] = (ends[group + 1] ?? 0) + (ends[group] ?? 0);
  const rows = new Uint32Array(ends[groups.length] ?? 0);
  const next = ends.slice();
  for (let row = 0; row < names.count; row++) {
    const owner = ownerOf(row);
    if (owner === undefined) continue;
    rows[next[owner] ?? 0] = row;
    next[owner] = (next[owner] ?? 0) + 1;
  }
  return groups.flatMap((group, index) => {
    const own = rows.subarray(ends[index], ends[index + 1]);
    const isLoaded = own.length > 0 || table.is(group.manifest, ROW.verified);
    return isLoaded ? [{ group, rows: own }] : [];
  });
}

class ShardWriter {
  readonly #table: FileTable;
  readonly #groups: readonly Owned[];
  /** Numbers of directories in the shard, those above first. */
  readonly #directories = new Map<number, number>([[ROOT_DIRECTORY, 0]]);
  #rows = 0;
  #nameBytes = 0;
  /** The directory that was measured last. */
  #measured = ROOT_DIRECTORY;
  #words = new Uint32Array(0);
  #bytes = new Uint8Array(0);
  #at = 0;
  #nameAt = 0;
  /** The directory that was asked for last. */
  #last = { directory: ROOT_DIRECTORY, number: 0 };

  constructor(table: FileTable, groups: readonly Owned[]) {
    this.#table = table;
    this.#groups = groups;
  }

  write(): Uint8Array<ArrayBuffer> {
    this.#measure();
    this.#put(SHARD.format, this.#directories.size - 1, this.#groups.length, this.#rows, this.#nameBytes);
    const { names } = this.#table;
    for (const directory of this.#directories.keys()) {
      if (directory === ROOT_DIRECTORY) continue;
      this.#put(this.#directories.get(names.parentOf(directory)) ?? 0, this.#putName(rowOfDirectory(directory)));
    }
    for (const owned of this.#groups) this.#putGroup(owned);
    for (const { rows } of this.#groups) for (const row of rows) this.#putRow(row);
    return this.#bytes;
  }

  #measure(): void {
    for (const { group, rows } of this.#groups) {
      this.#rows += rows.length;
      this.#measureName(group.manifest);
      for (const row of rows) this.#measureName(row);
    }
    const { directoryWords, groupWords, headWords, rowWords } = SHARD;
    const words = headWords + (this.#directories.size - 1) * directoryWords + this.#groups.length * groupWords +
      this.#rows * rowWords;
    this.#bytes = new Uint8Array(words * 4 + this.#nameBytes);
    this.#words = new Uint32Array(this.#bytes.buffer, 0, words);
    this.#nameAt = words * 4;
  }

  #measureName(row: number): void {
    this.#nameBytes += this.#table.names.nameLength(row);
    const directory = this.#table.names.directoryOf(row);
    if (directory === this.#measured) return;
    this.#measured = directory;
    if (!this.#directories.has(directory)) this.#measureDirectory(directory);
  }

  #measureDirectory(directory: number): void {
    this.#measureName(rowOfDirectory(directory));
    this.#directories.set(directory, this.#directories.size);
  }

  #putGroup({ group: { manifest, complete }, rows }: Owned): void {
    const table = this.#table;
    const isWhole = complete && table.is(manifest, ROW.expected);
    this.#put(this.#directoryOf(manifest), this.#putName(manifest), rows.length, isWhole ? 1 : 0);
    this.#putFile(manifest);
  }

  #putRow(row: number): void {
    const table = this.#table;
    this.#words[this.#at++] = table.kindOf(row) << 16 | this.#putName(row);
    this.#words[this.#at++] = this.#directoryOf(row);
    this.#putFile(row);
    if (table.is(row, ROW.proven)) table.facts.copyStamp(row, this.#words, this.#at);
    this.#at += STAMP_WORDS;
  }

  #putFile(row: number): void {
    const size = this.#table.sizeOf(row);
    this.#words[this.#at++] = size >>> 0;
    this.#words[this.#at++] = Math.floor(size / 2 ** 32);
    this.#table.copyPrint(row, this.#words, this.#at);
    this.#at += FINGERPRINT_WORDS;
  }

  #put(...words: readonly number[]): void {
    for (const word of words) this.#words[this.#at++] = word;
  }

  /** Returns how long it is. */
  #putName(row: number): number {
    const start = this.#nameAt;
    this.#nameAt = this.#table.names.copyName(row, this.#bytes, start);
    return this.#nameAt - start;
  }

  #directoryOf(row: number): number {
    const directory = this.#table.names.directoryOf(row);
    if (directory !== this.#last.directory) this.#last = { directory, number: this.#directories.get(directory) ?? 0 };
    return this.#last.number;
  }
}
