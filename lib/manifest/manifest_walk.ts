import type { HashPool } from "../host/hash_pool.ts";
import type { Files } from "../host/files.ts";
import { unsupportedCompression } from "./decompress.ts";
import type { FileEntry } from "./entry.ts";
import { LIMITS } from "./limits.ts";
import { type ManifestDifference, manifestDifference } from "./manifest_difference.ts";
import { visitRight } from "./entry_files.ts";
import type { Keyring } from "./signature.ts";
import { subManifestText } from "./sub_manifest.ts";

/** What a walk goes by. */
export interface WalkContext {
  readonly files: Pick<Files, "lstat">;
  readonly pool: HashPool;
  /** The tree that verified, which is only read. */
  readonly published: string;
  /** Where what was fetched of the new tree is. */
  readonly incoming: string;
  readonly keyring: Keyring;
  readonly nowMs: number;
}

/** Something that only a comparison of whole trees can settle; completes "because …". */
export class WalkObjection extends Error {}

/** A Manifest to be opened on one side or both. */
interface Step {
  readonly path: string;
  readonly before: FileEntry | undefined;
  readonly after: FileEntry | undefined;
}

/**
 * Walks down two signed trees from their top-level Manifests, only where they differ: of the published tree it reads the
 * Manifests that changed, which must still be what their parents demand; of the new tree those that were fetched.
 *
 * Nothing of a Manifest is parsed before all its digests are right, and what is parsed are the bytes that were hashed.
 */
export class ManifestWalk {
  readonly #context: WalkContext;
  readonly #before = new Map<string, FileEntry>();
  readonly #after = new Map<string, FileEntry>();
  readonly #opened = { before: new Set<string>(), after: new Set<string>() };
  readonly #differences: ManifestDifference[] = [];
  /** Texts of published Manifests by path; read while the mirror is asked for the new ones. */
  readonly #published = new Map<string, Promise<ReadonlyMap<string, string>>>();
  #pending: Step[] = [];

  constructor(context: WalkContext, top: { readonly before: string; readonly after: string }) {
    this.#context = context;
    this.#absorb("Manifest", top.before, top.after);
  }

  /**
   * Opens all Manifests that can be opened, and those that these name; returns the entries of those that are not there
   * as they must be.
   *
   * @throws {WalkObjection}
   */
  async advance(): Promise<readonly FileEntry[]> {
    for (;;) {
      const steps = this.#pending;
      this.#pending = [];
      const lacking: Step[] = [];
      const opening = this.#open(steps.flatMap(({ after }) => after ?? []));
      this.#readPublished(steps.flatMap(({ before }) => before ?? []));
      const texts = await opening;
      for (const step of steps) {
        const after = step.after === undefined ? "" : texts.get(step.path);
        if (after === undefined) lacking.push(step);
        else this.#absorb(step.path, await this.#publishedText(step.before), after);
      }
      const isStuck = this.#pending.length === 0;
      this.#pending.push(...lacking);
      if (isStuck) return lacking.flatMap(({ after }) => after ?? []);
    }
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

  #absorb(path: string, before: string, after: string): void {
    const found = manifestDifference(path, before, after);
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

  /** Texts of the fetched Manifests that are as their entries demand. */
  async #open(entries: readonly FileEntry[]): Promise<ReadonlyMap<string, string>> {
    const { incoming, keyring } = this.#context;
    for (const entry of entries) refuse(entry);
    return await this.#texts(entries, incoming, keyring);
  }

  #readPublished(entries: readonly FileEntry[]): void {
    const fresh = entries.filter(({ path }) => !this.#published.has(path));
    const texts = this.#texts(fresh, this.#context.published, undefined);
    // It is awaited when the new ones are there; until then a rejection must not count as unhandled.
    texts.catch(() => {});
    for (const { path } of fresh) this.#published.set(path, texts);
  }

  async #publishedText(entry: FileEntry | undefined): Promise<string> {
    if (entry === undefined) return "";
    const text = (await this.#published.get(entry.path))?.get(entry.path);
    this.#published.delete(entry.path);
    if (text === undefined) throw new WalkObjection(`the published ${entry.path} is not what it was`);
    return text;
  }

  async #texts(
    entries: readonly FileEntry[],
    root: string,
    keyring: Keyring | undefined,
  ): Promise<ReadonlyMap<string, string>> {
    const { pool, nowMs } = this.#context;
    const texts = new Map<string, string>();
    await visitRight({ pool, root }, entries, async (path, bytes) => {
      const read = await subManifestText(bytes, path, { keyring, nowMs });
      if ("problem" in read) throw new WalkObjection(`the Manifest ${path} cannot be used: ${read.problem.message}`);
      texts.set(path, read.text);
    });
    return texts;
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
