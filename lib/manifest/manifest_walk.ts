import { unsupportedCompression } from "./decompress.ts";
import type { FileEntry } from "./entry.ts";
import { LIMITS } from "./limits.ts";
import { compareTexts, type ManifestDifference, manifestDifference } from "./manifest_difference.ts";
import { type Opened, type OpeningContext, openManifests, type Step } from "./open_manifests.ts";
import { WalkObjection } from "./walk_objection.ts";

/** As much of what has come is opened at a time: less would not be worth a message to another thread. */
const [FILES_AHEAD, BYTES_AHEAD] = [100, 512 * 1024];

/**
 * Walks down two signed trees from their top-level Manifests, only where they differ: of the published tree it reads
 * the Manifests that changed, which must still be what their parents demand; of the new tree those that were fetched.
 */
export class ManifestWalk {
  readonly #context: OpeningContext;
  readonly #before = new Map<string, FileEntry>();
  readonly #after = new Map<string, FileEntry>();
  readonly #opened = { before: new Set<string>(), after: new Set<string>() };
  readonly #differences: ManifestDifference[] = [];
  /** What was begun before the walk came to it, by path. */
  readonly #ahead = new Map<string, Promise<Opened>>();
  /** Manifests that have come since the last were begun, and their bytes together. */
  #arrived: { steps: Step[]; bytes: number } = { steps: [], bytes: 0 };
  #pending: Step[] = [];
  /** Those of the pending steps that wait for a file. */
  #awaited: ReadonlyMap<string, Step> = new Map();

  constructor(context: OpeningContext, top: { readonly before: string; readonly after: string }) {
    this.#context = context;
    this.#absorb("Manifest", manifestDifference("Manifest", compareTexts(top.before, top.after)));
  }

  /**
   * Opens all Manifests that can be opened, and those that these name; returns the entries of those that are not there
   * as they must be.
   *
   * @throws {WalkObjection}
   */
  async advance(): Promise<readonly FileEntry[]> {
    this.#arrived = { steps: [], bytes: 0 };
    for (;;) {
      const steps = this.#pending;
      this.#pending = [];
      this.#begin(steps.filter(({ path }) => !this.#ahead.has(path)), false);
      const lacking: Step[] = [];
      for (const step of steps) {
        const difference = await this.#ahead.get(step.path);
        this.#ahead.delete(step.path);
        if (difference === undefined) lacking.push(step);
        else this.#absorb(step.path, difference);
      }
      const isStuck = this.#pending.length === 0;
      this.#pending.push(...lacking);
      if (!isStuck) continue;
      this.#awaited = new Map(lacking.map((step) => [step.path, step]));
      return lacking.flatMap(({ after }) => after ?? []);
    }
  }

  /** Tells that a file has come, while others are still being fetched: a Manifest among them is opened meanwhile. */
  meet(path: string): void {
    const step = this.#awaited.get(path);
    if (step?.after === undefined || this.#ahead.has(path)) return;
    const arrived = this.#arrived;
    arrived.steps.push(step);
    arrived.bytes += step.after.size;
    if (arrived.steps.length < FILES_AHEAD && arrived.bytes < BYTES_AHEAD) return;
    this.#arrived = { steps: [], bytes: 0 };
    this.#begin(arrived.steps, true);
  }

  /** What the new tree has in place of what is published, or besides; complete when nothing is left to be opened. */
  changed(): FileEntry[] {
    return [...this.#after.values()].filter((entry) => !isSame(entry, this.#before.get(entry.path)));
  }

  /** The entry of a published file that the new tree does not list any more, or lists otherwise. */
  before(path: string): FileEntry | undefined {
    return this.#before.get(path);
  }

  /** Paths of files that the new tree does not have any more. */
  gone(): string[] {
    return [...this.#before.keys()].filter((path) => !this.#after.has(path));
  }

  /** What distinguishes every opened Manifest from what it was. */
  get differences(): readonly ManifestDifference[] {
    return this.#differences;
  }

  /** Paths of the Manifests of the new tree that were opened, but for the top-level one. */
  get opened(): ReadonlySet<string> {
    return this.#opened.after;
  }

  #begin(steps: readonly Step[], haveCome: boolean): void {
    for (const { after } of steps) if (after !== undefined) refuse(after);
    for (const [path, difference] of openManifests(this.#context, steps, { haveCome })) {
      this.#ahead.set(path, difference);
    }
  }

  #absorb(path: string, found: Exclude<Opened, undefined>): void {
    if ("code" in found) throw new WalkObjection(`the Manifest ${path} has a wrong line: ${found.message}`);
    this.#differences.push(found);
    for (const entry of found.removed) add(this.#before, entry);
    for (const entry of found.added) add(this.#after, entry);
    if (this.#before.size + this.#after.size > LIMITS.entries) throw new WalkObjection("there are too many entries");
    const touched = new Set([...found.removed, ...found.added].map((entry) => entry.path));
    for (const name of touched) {
      const step = this.#step(name);
      if (step !== undefined) this.#pending.push(step);
    }
  }

  /** What is left to be opened of a path, if it is that of a Manifest on either side. */
  #step(path: string): Step | undefined {
    const [before, after] = [this.#before.get(path), this.#after.get(path)].map((entry) =>
      entry?.tag === "MANIFEST" ? entry : undefined
    );
    if (before !== undefined && isSame(before, after)) return undefined;
    const step = {
      path,
      before: before !== undefined && !this.#opened.before.has(path) ? before : undefined,
      after: after !== undefined && !this.#opened.after.has(path) ? after : undefined,
    };
    if (step.before !== undefined) this.#opened.before.add(path);
    if (step.after !== undefined) this.#opened.after.add(path);
    if (this.#opened.after.size > LIMITS.manifests) throw new WalkObjection("there are too many Manifests");
    return step.before ?? step.after ? step : undefined;
  }
}

/** Whether two entries demand the same contents. */
function isSame(a: FileEntry, b: FileEntry | undefined): boolean {
  if (b === undefined || a.size !== b.size || a.digests.length !== b.digests.length) return false;
  if (a.hasUnknownDigests !== b.hasUnknownDigests || (a.tag === "MANIFEST") !== (b.tag === "MANIFEST")) return false;
  return a.digests.every(({ algorithm, hex }) =>
    b.digests.some((other) => other.algorithm === algorithm && other.hex === hex)
  );
}

/** One entry a path: what several say together is for a check of the whole tree. */
function add(entries: Map<string, FileEntry>, entry: FileEntry): void {
  if (entries.has(entry.path)) throw new WalkObjection(`${entry.path} is listed more than once`);
  if (!entry.digests.some(({ algorithm }) => algorithm.secure)) {
    throw new WalkObjection(`${entry.path} is listed without a digest that proves anything`);
  }
  entries.set(entry.path, entry);
}

function refuse({ path, size }: FileEntry): void {
  const problem = unsupportedCompression(path);
  if (problem !== undefined) throw new WalkObjection(`of the Manifest ${path}: ${problem.message}`);
  if (size > LIMITS.storedManifestBytes) throw new WalkObjection(`the Manifest ${path} is too large`);
  if (path.split("/").length > LIMITS.nesting) throw new WalkObjection(`the Manifest ${path} lies too deep`);
}
