import type { Digest, FileEntry } from "./entry.ts";
import type { HashAlgorithm } from "./hash_algorithm.ts";
import { fingerprint } from "./fingerprint.ts";
import { PackedDigests } from "./packed_digests.ts";

/** A covered file: what all entries for its path together demand. */
export interface ExpectedFile {
  readonly size: number;
  readonly algorithms: readonly HashAlgorithm[];
  readonly hasUnknownDigests: boolean;
  readonly isMisc: boolean;
  /** Found to be right already: a sub-Manifest that was loaded. */
  verified: boolean;
  /** Met in the tree. */
  seen: boolean;
}

/** {@linkcode ExpectedFile} with where its digests are. */
interface Row extends ExpectedFile {
  size: number;
  algorithms: readonly HashAlgorithm[];
  hasUnknownDigests: boolean;
  digestsAt: number;
}

/** All covered files, by path from the root. A tree has 200,000, so digests are packed and algorithm lists shared. */
export class ExpectedFiles {
  readonly #rows = new Map<string, Row>();
  readonly #packed = new PackedDigests();
  /** All directories with covered files; made when first asked for, after the last entry, since few trees need it. */
  #directories: ReadonlySet<string> | undefined;
  readonly #algorithmLists = new Map<string, readonly HashAlgorithm[]>();

  get count(): number {
    return this.#rows.size;
  }

  get(path: string): ExpectedFile | undefined {
    return this.#rows.get(path);
  }

  [Symbol.iterator](): IterableIterator<readonly [string, ExpectedFile]> {
    return this.#rows[Symbol.iterator]();
  }

  /** Adds what an entry demands; returns what contradicts an earlier entry for the path (section 8). */
  add(entry: FileEntry): string | undefined {
    const row = this.#rows.get(entry.path);
    if (row !== undefined) return this.#merge(row, entry);
    this.#rows.set(entry.path, {
      size: entry.size,
      algorithms: this.#shared(entry.digests),
      hasUnknownDigests: entry.hasUnknownDigests,
      isMisc: entry.tag === "MISC",
      verified: false,
      seen: false,
      digestsAt: this.#packed.add(entry.digests),
    });
    return undefined;
  }

  /** In hex, in the order of its algorithms. */
  digestsOf(path: string): string[] {
    const row = this.#rows.get(path);
    return row === undefined ? [] : this.#digests(row).map(({ hex }) => hex);
  }

  /** Of the digests; all zeros for a path that is not covered. */
  fingerprintOf(path: string): Uint32Array<ArrayBuffer> {
    const row = this.#rows.get(path);
    if (row === undefined) return fingerprint(new Uint8Array(), []);
    return fingerprint(this.#packed.bytes(row.digestsAt, row.algorithms), row.algorithms);
  }

  /** Whether a file is covered somewhere below the directory. */
  holdsBelow(directory: string): boolean {
    this.#directories ??= new Set([...this.#rows.keys()].flatMap(directoriesAbove));
    return this.#directories.has(directory);
  }

  #merge(row: Row, entry: FileEntry): string | undefined {
    if (row.isMisc !== (entry.tag === "MISC")) return "Listed as MISC and as something else";
    if (row.size !== entry.size) return `Listed with the sizes ${row.size} and ${entry.size}`;
    const known = this.#digests(row);
    const added: Digest[] = [];
    for (const digest of entry.digests) {
      const same = known.find(({ algorithm }) => algorithm === digest.algorithm);
      if (same === undefined) added.push(digest);
      else if (same.hex !== digest.hex) return `Listed with two values of ${digest.algorithm.name}`;
    }
    row.hasUnknownDigests ||= entry.hasUnknownDigests;
    if (added.length > 0) this.#extend(row, [...known, ...added]);
    return undefined;
  }

  #extend(row: Row, digests: readonly Digest[]): void {
    row.algorithms = this.#shared(digests);
    row.digestsAt = this.#packed.add(digests);
    // What was compared before was less than this.
    row.verified = false;
  }

  #digests(row: Row): Digest[] {
    const hexes = this.#packed.read(row.digestsAt, row.algorithms);
    return row.algorithms.map((algorithm, index) => ({ algorithm, hex: hexes[index] ?? "" }));
  }

  #shared(digests: readonly Digest[]): readonly HashAlgorithm[] {
    const key = digests.map(({ algorithm }) => algorithm.name).join(" ");
    const known = this.#algorithmLists.get(key);
    if (known !== undefined) return known;
    const list = digests.map(({ algorithm }) => algorithm);
    this.#algorithmLists.set(key, list);
    return list;
  }
}

function directoriesAbove(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}
