import { dirname } from "@std/path";
import { textHash } from "../base/text_hash.ts";
import type { HashPool } from "../host/hash_pool.ts";
import type { Files } from "../host/files.ts";
import type { FileEntry } from "./entry.ts";
import { visitRight, wrongFiles } from "./entry_files.ts";
import { IgnoredPaths, isUnverified } from "./ignored_paths.ts";
import type { KeptEntry } from "./manifest_difference.ts";
import { parseManifest } from "./parse.ts";
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
  { files, pool, root }: { readonly files: Pick<Files, "treeNames">; readonly pool: HashPool; readonly root: string },
  { kept, opened, turn }: {
    readonly kept: readonly KeptEntry[];
    /** Manifests that changed. */
    readonly opened: Iterable<string>;
    readonly turn: number;
  },
): Promise<Scrubbed> {
  const part = inTurn(kept, turn);
  const taken = new Map<string, FileEntry>();
  const ignored = new IgnoredPaths();
  let level = part.flatMap((one) => one.entry() ?? []);
  const roots = level.filter(isManifest).map(({ path }) => dirname(path));
  while (level.length > 0) {
    for (const entry of level) taken.set(entry.path, entry);
    const below = await levelBelow(pool, root, level);
    if ("wrong" in below) return { hashed: taken.size, wrong: below.wrong };
    for (const path of below.ignored) ignored.add(path);
    const fresh = below.entries.filter(({ path }) => !taken.has(path));
    level = [...new Map(fresh.map((entry) => [entry.path, entry])).values()];
  }
  const isRoot = new Set(roots);
  const others = kept.filter((one) => isRoot.has(one.dir) && !taken.has(one.path)).map(({ dir }) => dir);
  const shared = new Set([...others, ...[...opened].map((path) => dirname(path))]);
  const alone = roots.filter((dir) => dir !== "." && !shared.has(dir));
  return { hashed: taken.size, wrong: strayBelow(files, root, { dirs: alone, taken, ignored }) };
}

function inTurn(kept: readonly KeptEntry[], turn: number): KeptEntry[] {
  // Most are in the directory of the one before.
  let [last, hash] = ["", 0];
  return kept.filter(({ dir, name }) => {
    if (dir !== last) [last, hash] = [dir, textHash(dir)];
    return ((hash ^ textHash(name)) >>> 0) % SCRUB_PARTS === turn % SCRUB_PARTS;
  });
}

interface Listed {
  readonly entries: readonly FileEntry[];
  /** Paths. */
  readonly ignored: readonly string[];
}

/** Reads the files of `level`; what the Manifests among them say, or the first file that is not as it must be. */
async function levelBelow(
  pool: HashPool,
  root: string,
  level: readonly FileEntry[],
): Promise<Listed | { readonly wrong: string }> {
  const manifests = level.filter(isManifest);
  const entries: FileEntry[] = [];
  const ignored: string[] = [];
  const missing = new Set(manifests.map(({ path }) => path));
  const reading = visitRight({ pool, root }, manifests, async (path, bytes) => {
    const text = await subManifestText(bytes, path, { keyring: undefined, nowMs: 0 });
    if ("problem" in text) return;
    missing.delete(path);
    for (const entry of parseManifest(text.text, path).entries) {
      if (entry.kind === "file") entries.push(entry);
      if (entry.kind === "ignore") ignored.push(entry.path);
    }
  });
  const others = level.filter((entry) => !isManifest(entry));
  const [wrong] = await Promise.all([wrongFiles({ pool, root }, others), reading]);
  const [failed] = [...wrong, ...missing];
  return failed === undefined ? { entries, ignored } : { wrong: failed };
}

function isManifest({ tag }: FileEntry): boolean {
  return tag === "MANIFEST";
}

/** Looks into directories of which the Manifests that were read are all that speak. */
function strayBelow(
  files: Pick<Files, "treeNames">,
  root: string,
  { dirs, taken, ignored }: {
    readonly dirs: readonly string[];
    readonly taken: ReadonlyMap<string, FileEntry>;
    readonly ignored: IgnoredPaths;
  },
): string | undefined {
  const pending = [...dirs];
  for (let dir = pending.pop(); dir !== undefined; dir = pending.pop()) {
    for (const { name, isDirectory } of files.treeNames.entries(`${root}/${dir}`)) {
      const path = `${dir}/${name}`;
      if (isUnverified(ignored, path)) continue;
      if (isDirectory) pending.push(path);
      else if (!taken.has(path)) return path;
    }
  }
  return undefined;
}
