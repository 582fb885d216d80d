import type { ManifestWalk } from "../../manifest/manifest_walk.ts";

/** Goes on with a walk while the first connection still brings what was guessed, and while it closes. */
export class WalkAhead {
  readonly #begin: () => Promise<ManifestWalk | undefined> | undefined;
  #walk: Promise<ManifestWalk | undefined> | undefined;
  #going: Promise<unknown> = Promise.resolve();

  /** @param begin gives the walk; `undefined` as long as the top-level Manifest has not come. */
  constructor(begin: () => Promise<ManifestWalk | undefined> | undefined) {
    this.#begin = begin;
  }

  /** Tells that something has come. */
  goOn(): void {
    const walk = this.#walk ??= this.#begin();
    if (walk === undefined) return;
    this.#going = this.#going.then(async () => await (await walk)?.advance());
    // It is awaited when all has come; until then a rejection must not count as unhandled.
    this.#going.catch(() => {});
  }

  /** Resolves when nothing is under way, however it went. */
  async rest(): Promise<void> {
    await Promise.allSettled([this.#going]);
  }

  /**
   * As {@linkcode rest}.
   *
   * @throws {WalkObjection}
   */
  async ended(): Promise<void> {
    await this.#going;
  }
}
