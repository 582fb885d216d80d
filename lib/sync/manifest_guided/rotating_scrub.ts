import type { HashPool } from "../../host/hash_pool.ts";
import type { Files } from "../../host/files.ts";
import type { ManifestWalk } from "../../manifest/manifest_walk.ts";
import { type Scrubbed, scrubPart } from "../../manifest/scrub.ts";

/** What is scrubbed. */
export interface ScrubParts {
  readonly walk: ManifestWalk;
  readonly pool: HashPool;
  /** Its number decides which part it is. */
  readonly turn: number;
}

/**
 * Reads one part in thirty of what an update does not change, another one with each update.
 */
export class RotatingScrub {
  readonly #files: Pick<Files, "lstat" | "treeNames">;
  readonly #parts: ScrubParts;
  readonly #begun: Promise<Scrubbed>[] = [];
  /** Differences of the walk that it has gone through. */
  #taken = 0;

  constructor(files: Pick<Files, "lstat" | "treeNames">, parts: ScrubParts) {
    this.#files = files;
    this.#parts = parts;
  }

  /** Begins with what the walk has found unchanged since the last call, in the tree at `root`. */
  goOn(root: string): void {
    const { walk, pool, turn } = this.#parts;
    const fresh = walk.differences.slice(this.#taken);
    this.#taken += fresh.length;
    const kept = fresh.flatMap((difference) => difference.kept);
    if (kept.length === 0) return;
    const part = scrubPart({ files: this.#files, pool, root }, { kept, opened: walk.opened, turn });
    // It is awaited when the tree is made; until then a rejection must not count as unhandled.
    part.catch(() => {});
    this.#begun.push(part);
  }

  /** What it came to, all in all. */
  async done(): Promise<Scrubbed> {
    const parts = await Promise.all(this.#begun);
    return {
      hashed: parts.reduce((sum, { hashed }) => sum + hashed, 0),
      wrong: parts.find(({ wrong }) => wrong !== undefined)?.wrong,
    };
  }
}
