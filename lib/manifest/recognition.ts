import { compareChangeTimes, isNoFile, sizeOf, STAMP_WORDS, type Stamps } from "../host/stamps.ts";
import type { ExpectedFile, ExpectedFiles } from "./expected_files.ts";
import type { KnownFiles } from "./known_files.ts";

/** What earlier verifications left behind for this one, which leaves the same for the next. */
export interface Memory {
  readonly stamps: Stamps;
  /** Empty when everything is to be read. It is changed, and good for the next time only if the tree verifies. */
  readonly known: KnownFiles;
  /**
   * Waits until the file system's clock is past the tick of the last change before the verification, and returns the
   * stamp of a file made before; `undefined` when that clock does not go well, and nothing must be recorded.
   */
  settle(): Promise<Uint32Array | undefined>;
}

/** A file where it really is: no link leads there. */
interface Found {
  readonly path: string;
  readonly file: ExpectedFile;
}

/**
 * Recognizes files that were verified before, and remembers those that are verified now: their stamps are the same
 * before and after they are read, and old enough that no later write could share their change time.
 */
export class Recognition {
  readonly #stamps: Stamps;
  readonly #known: KnownFiles;
  readonly #expected: ExpectedFiles;
  readonly #root: string;
  readonly #settled: Uint32Array | undefined;
  /** Names of the files that are read, by directory. */
  readonly #read: { readonly directory: string; readonly names: readonly string[] }[] = [];

  readonly #altered = new Set<string>();

  constructor(
    { stamps, known }: Memory,
    { expected, root, settled }: {
      readonly expected: ExpectedFiles;
      readonly root: string;
      readonly settled: Uint32Array | undefined;
    },
  ) {
    this.#stamps = stamps;
    this.#known = known;
    this.#expected = expected;
    this.#root = root;
    this.#settled = settled;
  }

  /** Those of the files that have to be read, in order; all are in `directory`, from the root. */
  unknown<T extends Found>(directory: string, files: readonly T[]): T[] {
    const skip = directory === "" ? 0 : directory.length + 1;
    const names = files.map(({ path }) => path.slice(skip));
    const stamps = this.#stamps.of(this.#full(directory), names);
    const shard = this.#known.of(directory);
    const unknown = files.filter(({ path, file }, index) => {
      const at = index * STAMP_WORDS;
      const print = this.#expected.fingerprintOf(path);
      if (sizeOf(stamps, at) === file.size && shard.holds(path, stamps, at, print)) return false;
      if (shard.isAltered(path, stamps, at, print)) this.#altered.add(path);
      if (this.#mayRecord(stamps, at)) shard.record(path, stamps, at, print);
      else shard.forget(path);
      return true;
    });
    if (unknown.length > 0) this.#read.push({ directory, names: unknown.map(({ path }) => path.slice(skip)) });
    return unknown;
  }

  /**
   * Whether a file, if it is not right, was damaged where it is: it was right by the same entry, and is the same inode,
   * which all snapshots share that have it.
   */
  isAltered(path: string): boolean {
    return this.#altered.has(path);
  }

  /** To be called when the whole tree is found to be right. */
  confirm(): void {
    for (const { directory, names } of this.#read) {
      const stamps = this.#stamps.of(this.#full(directory), names);
      const shard = this.#known.of(directory);
      const prefix = directory === "" ? "" : `${directory}/`;
      names.forEach((name, index) => shard.confirm(prefix + name, stamps, index * STAMP_WORDS));
    }
    for (const shard of this.#known.shards) shard.forgetUnseen();
  }

  #mayRecord(stamps: Uint32Array, at: number): boolean {
    if (this.#settled === undefined || isNoFile(stamps, at)) return false;
    return compareChangeTimes(stamps, at, this.#settled, 0) <= 0;
  }

  #full(directory: string): string {
    return directory === "" ? this.#root : `${this.#root}/${directory}`;
  }
}
