import type { HashPool } from "../host/hash_pool.ts";
import type { Files } from "../host/files.ts";
import type { FileEntry } from "./entry.ts";
import { IgnoredPaths, isUnverified } from "./ignored_paths.ts";
import type { KeptEntry } from "./manifest_difference.ts";
import { failuresOf } from "./check_batches.ts";
import { hashJobOf } from "./hash_job.ts";
import { parseManifest } from "./parse.ts";
import { rightContents } from "./right_contents.ts";
import { subManifestText } from "./sub_manifest.ts";

/** Parts that a tree is read in, one after the other. */
export const SCRUB_PARTS = 30;

/** What a part of a tree came to. */
export interface Scrubbed {
  /** Files read. */
  readonly hashed: number;
  /** The first file that is not as it must be, or that nothing lists. */
  readonly wrong: string | undefined;
}

/**
 * Reads one part of what did not change in a tree, as if nothing were known of it: of the entries in Manifests that
 * changed, those whose turn it is, with all below. So every file is read once in so many updates, whatever stat tells.
 * The next number in `turn` has the next part read.
 */
export async function scrubPart(
  { files, pool, root }: { readonly files: Pick<Files, "readDir">; readonly pool: HashPool; readonly root: string },
  { kept, opened, turn }: {
    readonly kept: readonly KeptEntry[];
    /** Manifests that changed. */
    readonly opened: Iterable<string>;
    readonly turn: number;
  },
): Promise<Scrubbed> {
  const part = kept.filter(({ path }) => hashOf(path) % SCRUB_PARTS === turn % SCRUB_PARTS);
  const taken = new Map(part.flatMap((one) => one.entry() ?? []).map((entry) => [entry.path, entry]));
  const ignored = new IgnoredPaths();
  const roots = [...taken.values()].filter(({ tag }) => tag === "MANIFEST").map(({ path }) => directoryOf(path));
  const pending = [...taken.values()];
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    if (entry.tag !== "MANIFEST") continue;
    const below = await entriesOf(pool, root, entry);
    if (below === undefined) return { hashed: taken.size, wrong: entry.path };
    for (const path of below.ignored) ignored.add(path);
    for (const found of below.entries) {
      if (taken.has(found.path)) continue;
      taken.set(found.path, found);
      pending.push(found);
    }
  }
  const entries = [...taken.values()];
  const [failed] = await failuresOf(pool, entries.map((entry) => hashJobOf(root, entry)));
  const others = [...kept.map(({ path }) => path).filter((path) => !taken.has(path)), ...opened];
  const stray = () => strayBelow(files, root, { roots, taken, ignored, others });
  return { hashed: entries.length, wrong: failed === undefined ? stray() : entries[failed]?.path };
}

async function entriesOf(
  pool: HashPool,
  root: string,
  manifest: FileEntry,
): Promise<{ readonly entries: readonly FileEntry[]; readonly ignored: readonly string[] } | undefined> {
  const bytes = (await rightContents(pool, root, [manifest])).get(manifest.path);
  if (bytes === undefined) return undefined;
  const text = await subManifestText(bytes, manifest.path, { keyring: undefined, nowMs: 0 });
  if ("problem" in text) return undefined;
  const { entries } = parseManifest(text.text, manifest.path);
  return {
    entries: entries.filter((entry) => entry.kind === "file"),
    ignored: entries.flatMap((entry) => entry.kind === "ignore" ? entry.path : []),
  };
}

/** Looks where the Manifests that were read are all that speak of a directory. */
function strayBelow(
  files: Pick<Files, "readDir">,
  root: string,
  { roots, taken, ignored, others }: {
    readonly roots: readonly string[];
    readonly taken: ReadonlyMap<string, FileEntry>;
    readonly ignored: IgnoredPaths;
    readonly others: readonly string[];
  },
): string | undefined {
  const shared = new Set(others.map(directoryOf));
  const pending = roots.filter((dir) => dir !== "" && !shared.has(dir));
  for (let dir = pending.pop(); dir !== undefined; dir = pending.pop()) {
    for (const { name, isDirectory } of files.readDir(`${root}/${dir}`)) {
      const path = `${dir}/${name}`;
      if (isUnverified(ignored, path)) continue;
      if (isDirectory) pending.push(path);
      else if (!taken.has(path)) return path;
    }
  }
  return undefined;
}

/** Empty for the root. */
function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** FNV-1a, its upper bits mixed in. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ hash >>> 15) >>> 0;
}
