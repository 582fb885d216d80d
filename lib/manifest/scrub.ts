import { dirname } from "@std/path";
import { pathOf } from "../base/path_of.ts";
import { textHash } from "../base/text_hash.ts";
import { type DirectoryLists, listAll } from "../host/directory_lists.ts";
import type { HashPool } from "../host/hash_pool.ts";
import type { Files } from "../host/files.ts";
import type { FileEntry } from "./entry.ts";
import { visitRight, wrongFiles } from "./entry_files.ts";
import { IgnoredPaths, isUnverified } from "./ignored_paths.ts";
import type { KeptEntries } from "./kept_entries.ts";
import { parseManifest } from "./parse.ts";
import { recognizable } from "./recognizable.ts";
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
 * Reads one part of what did not change in a tree, as if nothing were known of it but its Manifests: of the directories that
 * Manifests that changed speak of, those whose turn it is, with all below. So every file is read once in so many updates,
 * whatever stat tells. The next number in `turn` has the next part read.
 */
export async function scrubPart(
  { root, ...reading }: {
    readonly files: Pick<Files, "lstat" | "treeNames">;
    readonly pool: HashPool;
    readonly root: string;
  },
  { kept, opened, turn }: {
    readonly kept: readonly KeptEntries[];
    /** Manifests that changed. */
    readonly opened: Iterable<string>;
    readonly turn: number;
  },
): Promise<Scrubbed> {
  const taken = new Map<string, FileEntry>();
  const ignored = new IgnoredPaths();
  let level = inTurn(kept, turn);
  const roots = level.filter(isManifest).map(({ path }) => dirname(path));
  while (level.length > 0) {
    for (const entry of level) taken.set(entry.path, entry);
    const below = await levelBelow(reading.pool, root, level);
    if ("wrong" in below) return { hashed: taken.size, wrong: below.wrong };
    for (const path of below.ignored) ignored.add(path);
    const fresh = below.entries.filter(({ path }) => !taken.has(path));
    level = [...new Map(fresh.map((entry) => [entry.path, entry])).values()];
  }
  const isRoot = new Set(roots);
  const others = kept.filter((entries) =>
    isRoot.has(entries.dir) && entries.names().some((name) => !taken.has(pathOf(entries.dir, name)))
  );
  const shared = new Set([...others.map(({ dir }) => dir), ...[...opened].map((path) => dirname(path))]);
  const alone = roots.filter((dir) => dir !== "." && !shared.has(dir));
  return { hashed: taken.size, wrong: await strayBelow(reading, root, { dirs: alone, taken, ignored }) };
}

/** By their directories: a file has the same turn as the Manifest beside it, whose entry is kept while it does not change. */
function inTurn(kept: readonly KeptEntries[], turn: number): FileEntry[] {
  const part = kept.filter(({ dir }) => textHash(dir) % SCRUB_PARTS === turn % SCRUB_PARTS);
  return part.flatMap((entries) =>
    Array.from({ length: entries.count }, (_, index) => entries.entry(index) ?? []).flat()
  );
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
  const reading = visitRight({ pool, root }, manifests.map(recognizable), async (path, bytes) => {
    const text = await subManifestText(bytes, path, { keyring: undefined, nowMs: 0 });
    if ("problem" in text) return;
    missing.delete(path);
    for (const entry of parseManifest(text.text, path).entries) {
      if (entry.kind === "file") entries.push(entry);
      if (entry.kind === "ignore") ignored.push(entry.path);
    }
  });
  const others = level.filter((entry) => !isManifest(entry));
  const [wrong] = await Promise.all([wrongFiles({ pool, root }, others.map(recognizable)), reading]);
  const [failed] = [...wrong, ...missing];
  return failed === undefined ? { entries, ignored } : { wrong: failed };
}

function isManifest({ tag }: FileEntry): boolean {
  return tag === "MANIFEST";
}

/** Looks into directories of which the Manifests that were read are all that speak. */
async function strayBelow(
  lists: DirectoryLists,
  root: string,
  { dirs, taken, ignored }: {
    readonly dirs: readonly string[];
    readonly taken: ReadonlyMap<string, FileEntry>;
    readonly ignored: IgnoredPaths;
  },
): Promise<string | undefined> {
  for (let level = dirs; level.length > 0;) {
    const listed = await listAll(lists, level.map((dir) => `${root}/${dir}`));
    const below: string[] = [];
    for (const [index, dir] of level.entries()) {
      const inside = listed[index];
      // A Manifest was read there a moment ago, or it was a directory.
      if (inside === undefined) return dir;
      for (const { name, isDirectory } of inside) {
        const path = `${dir}/${name}`;
        if (isUnverified(ignored, path)) continue;
        if (isDirectory) below.push(path);
        else if (!taken.has(path)) return path;
      }
    }
    level = below;
  }
  return undefined;
}
