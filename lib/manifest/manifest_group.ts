import { grown } from "./grown.ts";

/** The entries of one Manifest, as rows of a table. */
export interface ManifestGroup {
  readonly number: number;
  /** Row of the Manifest. */
  readonly manifest: number;
  /** From memory: the first of its rows, and how many there are. */
  first: number;
  count: number;
  /** Whether these are all that the Manifest says, if it still is what is known of it. */
  usable: boolean;
  /** Whether the rows that it owns are all that it says, so that they can stand for it the next time. */
  complete: boolean;
}

/** All groups, and which rows they own. */
export class ManifestGroups {
  readonly all: ManifestGroup[] = [];
  readonly #byManifest = new Map<number, ManifestGroup>();
  #owners = new Uint32Array(0);

  /** Makes room for so many rows. */
  reserve(rows: number): void {
    this.#owners = grown(this.#owners, rows);
  }

  /** The group of a Manifest's entries, which is made. */
  of(manifest: number): ManifestGroup {
    const known = this.#byManifest.get(manifest);
    if (known !== undefined) return known;
    const none = { first: 0, count: 0, usable: false, complete: true };
    const group: ManifestGroup = { number: this.all.length, manifest, ...none };
    this.all.push(group);
    this.#byManifest.set(manifest, group);
    return group;
  }

  /** The group that a row belongs to: of the first Manifest that names it. */
  ownerOf(row: number): ManifestGroup | undefined {
    return this.all[(this.#owners[row] ?? 0) - 1];
  }

  own({ number }: ManifestGroup, first: number, count: number): void {
    this.#owners.fill(number + 1, first, first + count);
  }

  /**
   * Makes unusable what is remembered of the Manifest that names the row, and of the row if it is one: it is out of
   * date.
   */
  spoil(row: number): void {
    for (const group of [this.ownerOf(row), this.#byManifest.get(row)]) if (group !== undefined) group.usable = false;
  }

  /** What two Manifests name cannot be told from either alone the next time. */
  share(row: number, group: ManifestGroup): void {
    group.complete = false;
    const owner = this.ownerOf(row);
    if (owner !== undefined) owner.complete = false;
  }

  /** From now on nothing is in memory. */
  restart(): void {
    for (const group of this.all) Object.assign(group, { usable: false, complete: true });
  }
}
