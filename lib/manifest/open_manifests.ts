import type { Files } from "../host/files.ts";
import type { ComparedPair } from "../host/hash_messages.ts";
import type { HashPool } from "../host/hash_pool.ts";
import { inBatches } from "./check_batches.ts";
import { looksSigned } from "./cleartext.ts";
import { isCompressed } from "./decompress.ts";
import { visitRight } from "./entry_files.ts";
import type { FileEntry } from "./entry.ts";
import { hashJobOf } from "./hash_job.ts";
import { LIMITS } from "./limits.ts";
import { compareTexts, type ManifestDifference, manifestDifference } from "./manifest_difference.ts";
import { manifestText } from "./manifest_text.ts";
import type { LineFault } from "./parse_line.ts";
import type { Problem } from "./problem.ts";
import { recognizable } from "./recognizable.ts";
import { noteSeen, type SeenFiles } from "./seen_files.ts";
import type { Keyring } from "./signature.ts";
import { subManifestText } from "./sub_manifest.ts";
import { WalkObjection } from "./walk_objection.ts";

/** What Manifests are opened with. */
export interface OpeningContext {
  readonly files: Pick<Files, "lstat">;
  readonly pool: HashPool;
  /** The tree that verified, which is only read. */
  readonly published: string;
  /** Where what was fetched of the new tree is. */
  readonly incoming: string;
  readonly keyring: Keyring;
  readonly nowMs: number;
  /** Joined by the Manifests of the new tree that are right, where that is of use. */
  readonly seen: SeenFiles | undefined;
}

/** A Manifest to be opened on one side or both. */
export interface Step {
  readonly path: string;
  readonly before: FileEntry | undefined;
  readonly after: FileEntry | undefined;
}

/** How a Manifest differs from the published one; `undefined` when it is not there as it must be. */
export type Opened = ManifestDifference | LineFault | undefined;

/**
 * Begins to read Manifests of both trees. Nothing of one is parsed before all its digests are right, and what is parsed
 * are the bytes that were hashed. The promises reject with a {@linkcode WalkObjection}.
 *
 * @param haveCome whether the files of the new tree are there already, so that nobody has to look.
 */
export function openManifests(
  context: OpeningContext,
  steps: readonly Step[],
  { haveCome }: { readonly haveCome: boolean },
): ReadonlyMap<string, Promise<Opened>> {
  const opened = new Map<string, Promise<Opened>>();
  const pairs: Pair[] = [];
  for (const step of steps) {
    const { path, before, after } = step;
    if (after !== undefined && !haveCome && !isThere(context, path)) opened.set(path, Promise.resolve(undefined));
    else if (before !== undefined && after !== undefined) pairs.push({ path, before, after });
    else opened.set(path, readBoth(context, step));
  }
  for (const batch of inBatches(pairs, ({ before, after }) => before.size + after.size)) {
    const found = comparePairs(context, batch);
    for (const [index, { path }] of batch.entries()) opened.set(path, found.then((all) => all[index]));
  }
  // They are awaited when the walk comes to them; until then a rejection must not count as unhandled.
  for (const found of opened.values()) found.catch(() => {});
  return opened;
}

function isThere({ files, incoming }: OpeningContext, path: string): boolean {
  return files.lstat(`${incoming}/${path}`)?.type === "file";
}

interface Pair extends Step {
  readonly before: FileEntry;
  readonly after: FileEntry;
}

/** Has other threads compare what is long and differs little. */
async function comparePairs(context: OpeningContext, pairs: readonly Pair[]): Promise<Opened[]> {
  const { pool, published, incoming, seen } = context;
  const jobs = pairs.flatMap(({ before, after }) => [
    hashJobOf(published, recognizable(before)),
    hashJobOf(incoming, after),
  ]);
  const unpack = Uint8Array.from(pairs, ({ path }) => isCompressed(path) ? 1 : 0);
  const compare = { unpack, mostBytes: LIMITS.manifestBytes };
  const report = await pool.check(jobs, { keep: true, stamp: seen !== undefined, compare });
  const { failures, pairs: compared = [] } = report;
  if (seen !== undefined) noteSeen(seen, report, pairs.flatMap(({ path }) => [undefined, path]));
  const failed = new Set(failures.map(({ index }) => index));
  return await Promise.all(pairs.map((pair, at) => {
    if (failed.has(2 * at + 1)) return undefined;
    if (failed.has(2 * at)) throw changedBehind(pair.path);
    const found = compared[at];
    // What is signed is more than its lines, and what cannot be unpacked is told of where it is read.
    const isPlain = found !== undefined && !looksSigned(found.text) && !looksSigned(found.removed);
    return isPlain ? differenceOf(pair.path, found) : readBoth(context, pair);
  }));
}

function differenceOf(path: string, found: ComparedPair): ManifestDifference | LineFault {
  // All other lines are those of a text that was verified.
  const added = manifestText(found.added, path);
  if ("problem" in added) throw unusable(path, added.problem);
  return manifestDifference(path, { ...found, added: added.text });
}

async function readBoth(context: OpeningContext, { path, before, after }: Step): Promise<Opened> {
  const { incoming, keyring, published, seen } = context;
  const text = after && await textOf(context, after, { root: incoming, keyring, seen });
  if (after !== undefined && text === undefined) return undefined;
  const old = before && await textOf(context, before, { root: published, keyring: undefined, seen: undefined });
  if (before !== undefined && old === undefined) throw changedBehind(path);
  return manifestDifference(path, compareTexts(old ?? "", text ?? ""));
}

async function textOf(
  { pool, nowMs }: OpeningContext,
  entry: FileEntry,
  { root, keyring, seen }: Pick<OpeningContext, "seen"> & {
    readonly root: string;
    readonly keyring: Keyring | undefined;
  },
): Promise<string | undefined> {
  let text: string | undefined;
  await visitRight({ pool, root, seen }, [entry], async (path, bytes) => {
    const read = await subManifestText(bytes, path, { keyring, nowMs });
    if ("problem" in read) throw unusable(path, read.problem);
    text = read.text;
  });
  return text;
}

function unusable(path: string, { message }: Problem): WalkObjection {
  return new WalkObjection(`the Manifest ${path} cannot be used: ${message}`);
}

function changedBehind(path: string): WalkObjection {
  return new WalkObjection(`the published ${path} is not what it was`);
}
