import { sizeOf } from "../host/stamps.ts";
import { DigestColumn } from "./digest_column.ts";
import type { FileTag } from "./entry.ts";
import { FileFacts } from "./file_facts.ts";
import { FINGERPRINT_WORDS, Fingerprinter } from "./fingerprint.ts";
import { grown } from "./grown.ts";
import type { HashAlgorithm } from "./hash_algorithm.ts";
import { type ManifestGroup, ManifestGroups } from "./manifest_group.ts";
import { NameIndex } from "./name_index.ts";
import { ROW } from "./row_flags.ts";

const KIND = ROW.misc | ROW.manifest;

/** What one entry demands of a file. */
export interface Demand {
  readonly tag: FileTag;
  readonly size: number;
  readonly algorithms: readonly HashAlgorithm[];
  /** One after the other. */
  readonly digests: Uint8Array<ArrayBuffer>;
  readonly hasUnknownDigests: boolean;
}

/**
 * All files that entries name, that the tree has, or that earlier verifications knew, by the numbers of their rows.
 * A tree has 200,000 of them, and they are the same nearly every time, so nothing of them is an object or a string.
 */
export class FileTable {
  readonly names = new NameIndex();
  readonly facts = new FileFacts();
  readonly groups = new ManifestGroups();
  /** Set when what was taken from memory and what was read do not go together; then everything has to be read. */
  doubted = false;
  /** Rows that entries name. */
  expectedCount = 0;
  readonly #print = new Fingerprinter();
  readonly #digests = new DigestColumn();
  /** All directories above expected rows; made when first asked for, after the last entry, since few trees need it. */
  #above: ReadonlySet<string> | undefined;
  #flags = new Uint16Array(0);
  #sizes = new Float64Array(0);

  /** Makes room for so many rows, and for all there are. */
  reserve(rows: number = this.names.count): void {
    if (rows <= this.#flags.length) return;
    this.names.reserve(rows);
    this.#flags = grown(this.#flags, rows);
    this.#sizes = grown(this.#sizes, rows);
    this.#digests.reserve(rows);
    this.groups.reserve(rows);
  }

  is(row: number, flag: number): boolean {
    return ((this.#flags[row] ?? 0) & flag) !== 0;
  }

  mark(row: number, flag: number): void {
    this.reserve();
    this.#flags[row] = (this.#flags[row] ?? 0) | flag;
  }

  sizeOf(row: number): number {
    return this.#sizes[row] ?? 0;
  }

  /** Puts a row back that an earlier verification left. */
  restore(row: number, size: number, kind: number): void {
    this.reserve();
    this.#flags[row] = (this.#flags[row] ?? 0) | (kind & KIND);
    this.#sizes[row] = size;
  }

  /** Takes over that a file got or lost links, and so another stamp, if it is the one that is known. */
  followLink(path: string, before: Uint32Array, stamp: Uint32Array): void {
    const row = this.names.findPath(path);
    if (row >= 0 && this.facts.hasStamp(row, before)) this.facts.setStamp(row, stamp, 0);
  }

  /** Takes over that a file with this stamp is as entries of this fingerprint demand. */
  learnNoted(path: string, print: Uint32Array, stamp: Uint32Array): void {
    const row = this.names.rowOfPath(path);
    this.reserve();
    if (!this.facts.hasPrint(row, print) || this.#sizes[row] !== sizeOf(stamp, 0)) this.groups.spoil(row);
    this.facts.setPrint(row, print, 0);
    this.facts.setStamp(row, stamp, 0);
    this.#sizes[row] = sizeOf(stamp, 0);
  }

  /** What is kept of the tag of an entry. */
  kindOf(row: number): number {
    return (this.#flags[row] ?? 0) & KIND;
  }

  /** Adds what an entry demands; returns what contradicts an earlier entry for the path. */
  expect(row: number, demand: Demand, group: ManifestGroup): string | undefined {
    if (this.is(row, ROW.expected)) return this.#expectAgain(row, demand, group);
    this.reserve();
    const owner = this.groups.ownerOf(row);
    if (owner !== undefined && owner !== group && !this.#agrees(row, demand)) owner.usable = false;
    const kind = (demand.tag === "MISC" ? ROW.misc : 0) | (demand.tag === "MANIFEST" ? ROW.manifest : 0);
    const unknown = demand.hasUnknownDigests ? ROW.hasUnknownDigests : 0;
    this.#flags[row] = (this.#flags[row] ?? 0) & ~(KIND | ROW.hasUnknownDigests) | ROW.expected | kind | unknown;
    this.#sizes[row] = demand.size;
    this.#digests.set(row, demand.digests, demand.algorithms);
    this.groups.own(group, row, 1);
    this.expectedCount++;
    return undefined;
  }

  /** Expects all that a recognized Manifest names, as it was the last time; returns the Manifests among it. */
  expectGroup(group: ManifestGroup): number[] {
    const manifests: number[] = [];
    for (let row = group.first; row < group.first + group.count; row++) {
      const flags = this.#flags[row] ?? 0;
      if ((flags & ROW.manifest) !== 0) manifests.push(row);
      if ((flags & ROW.expected) !== 0) this.groups.share(row, group);
      else {
        this.#flags[row] = flags | ROW.expected;
        this.#digests.setUnread(row);
        this.expectedCount++;
      }
    }
    return manifests;
  }

  /** Whether the digests of a row are still in its Manifest alone. */
  isUnread(row: number): boolean {
    return this.#digests.isUnread(row);
  }

  /** Sets the digests of a row of a group that is expected; does nothing for entries that are not what they were. */
  complete(row: number, demand: Demand): void {
    if (this.isUnread(row) && this.#agrees(row, demand)) this.#digests.set(row, demand.digests, demand.algorithms);
  }

  algorithmsOf(row: number): readonly HashAlgorithm[] {
    return this.#digests.algorithmsOf(row);
  }

  /** In hex, in the order of its algorithms. */
  digestsOf(row: number): string[] {
    return this.#digests.hexesOf(row);
  }

  /** Whether the file in the tree was found to be as the entries demand by an earlier verification. */
  isKnown(row: number): boolean {
    if (!this.is(row, ROW.recognized) || this.facts.sizeOf(row) !== this.#sizes[row]) return false;
    return this.isUnread(row) || this.facts.hasPrint(row, this.#printOf(row));
  }

  /** Whether it was right by these entries, and was written to since. */
  isAltered(row: number): boolean {
    return this.is(row, ROW.altered) && (this.isUnread(row) || this.facts.hasPrint(row, this.#printOf(row)));
  }

  /** Notes that the file of this stamp, which was read, is as the entries demand. */
  learn(row: number, stamp: Uint32Array, at: number): void {
    // Its fingerprint is in its digests.
    this.facts.setStamp(row, stamp, at);
    this.mark(row, ROW.proven | ROW.learnt);
  }

  /** Copies the fingerprint of what entries demand to `at`. */
  copyPrint(row: number, into: Uint32Array, at: number): void {
    if (this.isUnread(row)) return this.facts.copyPrint(row, into, at);
    const print = this.#printOf(row);
    for (let word = 0; word < FINGERPRINT_WORDS; word++) into[at + word] = print[word] ?? 0;
  }

  /** Whether an entry names a file somewhere below the directory. */
  holdsBelow(directory: string): boolean {
    this.#above ??= this.#directoriesAbove();
    return this.#above.has(directory);
  }

  /** Forgets all entries, those of earlier verifications too, so that every Manifest is read. */
  restart(): void {
    this.groups.restart();
    const kept = KIND | ROW.present | ROW.recognized | ROW.altered;
    for (let row = 0; row < this.names.count; row++) this.#flags[row] = (this.#flags[row] ?? 0) & kept;
    this.#digests.clear();
    this.expectedCount = 0;
    this.doubted = false;
  }

  /** The fingerprint of the digests that are set; good until the next one is made. */
  #printOf(row: number): Uint32Array<ArrayBuffer> {
    return this.#digests.printOf(row, this.#print);
  }

  #directoriesAbove(): ReadonlySet<string> {
    const above = new Set<string>();
    for (let row = 0; row < this.names.count; row++) {
      if (!this.is(row, ROW.expected)) continue;
      let path = this.names.directoryPath(this.names.directoryOf(row));
      for (; path !== "" && !above.has(path); path = path.slice(0, Math.max(0, path.lastIndexOf("/")))) above.add(path);
    }
    return above;
  }

  #expectAgain(row: number, demand: Demand, group: ManifestGroup): string | undefined {
    this.groups.share(row, group);
    if (this.isUnread(row)) {
      this.doubted ||= !this.#agrees(row, demand);
      return undefined;
    }
    if (this.is(row, ROW.misc) !== (demand.tag === "MISC")) return "Listed as MISC and as something else";
    const size = this.sizeOf(row);
    if (size !== demand.size) return `Listed with the sizes ${size} and ${demand.size}`;
    if (demand.tag === "MANIFEST") this.mark(row, ROW.manifest);
    if (demand.hasUnknownDigests) this.mark(row, ROW.hasUnknownDigests);
    return this.#merge(row, demand);
  }

  #merge(row: number, { digests, algorithms }: Demand): string | undefined {
    const [known, knownHexes] = [this.algorithmsOf(row), this.digestsOf(row)];
    const added: { algorithm: HashAlgorithm; bytes: Uint8Array }[] = [];
    let from = 0;
    for (const algorithm of algorithms) {
      const bytes = digests.subarray(from, from += algorithm.hexDigits / 2);
      const same = known.indexOf(algorithm);
      if (same < 0) added.push({ algorithm, bytes });
      else if (knownHexes[same] !== bytes.toHex()) return `Listed with two values of ${algorithm.name}`;
    }
    if (added.length === 0) return undefined;
    const all = Uint8Array.from(
      [this.#digests.bytesOf(row), ...added.map(({ bytes }) => bytes)].flatMap((part) => [...part]),
    );
    this.#digests.set(row, all, [...known, ...added.map(({ algorithm }) => algorithm)]);
    // What was compared before was less than this.
    this.#flags[row] = (this.#flags[row] ?? 0) & ~ROW.verified;
    return undefined;
  }

  /** Whether an entry demands what is known of a row from memory. */
  #agrees(row: number, demand: Demand): boolean {
    const kind = (demand.tag === "MISC" ? ROW.misc : 0) | (demand.tag === "MANIFEST" ? ROW.manifest : 0);
    return this.kindOf(row) === kind && this.#sizes[row] === demand.size &&
      this.facts.hasPrint(row, this.#print.of(demand.digests, demand.algorithms));
  }
}
