import type { HashPool } from "../../host/hash_pool.ts";
import { wrongFiles } from "../../manifest/entry_files.ts";
import type { FileEntry } from "../../manifest/entry.ts";
import type { SeenFiles } from "../../manifest/seen_files.ts";
import type { Incoming } from "./incoming.ts";

/** Where files come to, and who reads them. */
export interface ArrivingFiles {
  readonly incoming: Pick<Incoming, "tree">;
  readonly pool: HashPool;
  /** Joined by the files that are right; `undefined` where they cannot be known again. */
  readonly seen: SeenFiles | undefined;
}

/** As many files are checked at a time while others come. */
const CHECKED_AHEAD = 100;

/**
 * Compares files with their entries while others come: only where what was found right is known again by its stamp, so
 * that what comes in its place later is not taken for it.
 */
export class EarlyChecks {
  readonly #arriving: ArrivingFiles;
  readonly #right: Set<string>;
  #checks = Promise.resolve();

  /** @param right is joined by the paths of those that are right. */
  constructor(arriving: ArrivingFiles, right: Set<string>) {
    this.#arriving = arriving;
    this.#right = right;
  }

  /** Returns what is to be told when a file has come. */
  of(wanted: readonly FileEntry[]): (path: string) => void {
    const { seen } = this.#arriving;
    if (seen === undefined) return () => {};
    const entries = new Map(wanted.map((entry) => [entry.path, entry]));
    let came: FileEntry[] = [];
    return (path) => {
      const entry = entries.get(path);
      if (entry === undefined) return;
      came.push(entry);
      if (came.length < CHECKED_AHEAD) return;
      this.#begin(came);
      came = [];
    };
  }

  /** Resolves when nothing is being checked. */
  done(): Promise<void> {
    return this.#checks;
  }

  #begin(entries: readonly FileEntry[]): void {
    const checking = this.#check(entries);
    this.#checks = Promise.all([this.#checks, checking]).then(() => {});
    // It is awaited when all has come; until then a rejection must not count as unhandled.
    this.#checks.catch(() => {});
  }

  async #check(entries: readonly FileEntry[]): Promise<void> {
    const { pool, incoming, seen } = this.#arriving;
    const wrong = await wrongFiles({ pool, root: incoming.tree, seen }, entries);
    for (const { path } of entries) if (!wrong.has(path) && seen?.has(path)) this.#right.add(path);
  }
}
