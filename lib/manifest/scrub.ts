import { chunk } from "@std/collections/chunk";
import { dirname } from "@std/path";
import { allEnded } from "../base/all_ended.ts";
import { pathOf } from "../base/path_of.ts";
import { textHash } from "../base/text_hash.ts";
import { type DirectoryLists, listAll } from "../host/directory_lists.ts";
import type { HashPool } from "../host/hash_pool.ts";
import type { Files } from "../host/files.ts";
import { isCompressed } from "./decompress.ts";
import type { FileEntry } from "./entry.ts";
import { visitRight, wrongFiles } from "./entry_files.ts";
import { HASH_ALGORITHMS } from "./hash_algorithm.ts";
import { hashJobOf } from "./hash_job.ts";
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

/** What is read, and by whom. */
export interface ScrubbedTree {
  readonly files: Pick<Files, "lstat" | "treeNames">;
  readonly pool: HashPool;
  readonly root: string;
}

/**
 * Reads one part of what did not change in a tree, as if nothing were known of it but its Manifests: of the directories
 * that Manifests that changed speak of, those whose turn it is, with all below. So every file is read once in so many
 * updates, whatever stat tells. The next number in `turn` has the next part read.
 */
export async function scrubPart(
  tree: ScrubbedTree,
  { kept, opened, turn }: {
    readonly kept: readonly KeptEntries[];
    /** Manifests that changed. */
    readonly opened: Iterable<string>;
    readonly turn: number;
  },
): Promise<Scrubbed> {
  // By directories: a file has the same turn as the Manifest beside it, whose entry is kept while it does not change.
  const part = kept.filter(({ dir }) => textHash(dir) % SCRUB_PARTS === turn % SCRUB_PARTS);
  const changed = new Set(Array.from(opened, (path) => dirname(path)));
  const lists = ownLists(part, changed);
  const others = part.filter(({ dir }) => !lists.has(dir)).flatMap(entriesOf);
  const beside = { part, changed };
  const [whole, byLevels] = await allEnded([
    checkOwnLists(tree, [...lists.values()]),
    scrubLevels(tree, others, beside),
  ]);
  const odd = await scrubLevels(tree, whole.odd, beside);
  const all = [whole, byLevels, odd];
  return {
    hashed: all.reduce((sum, { hashed }) => sum + hashed, 0),
    wrong: all.find(({ wrong }) => wrong !== undefined)?.wrong,
  };
}

function entriesOf(entries: KeptEntries): FileEntry[] {
  return Array.from({ length: entries.count }, (_, index) => entries.entry(index) ?? []).flat();
}

/** Directories of which nothing is said but by one Manifest in each; the entries of these by directory. */
function ownLists(part: readonly KeptEntries[], changed: ReadonlySet<string>): ReadonlyMap<string, FileEntry> {
  const lists = new Map<string, FileEntry>();
  for (const [dir, [only, ...others]] of Map.groupBy(part, ({ dir }) => dir)) {
    if (dir === "." || changed.has(dir) || others.length > 0 || only?.count !== 1 || !only.areManifests) continue;
    const entry = only.entry(0);
    if (entry !== undefined && !isCompressed(entry.path)) lists.set(dir, entry);
  }
  return lists;
}

/** Directories that are checked at a time. */
const LISTS_AT_A_TIME = 64;

/** Has directories checked as wholes, by other threads; tells which have to be read in another way. */
async function checkOwnLists(
  { pool, root }: ScrubbedTree,
  lists: readonly FileEntry[],
): Promise<Scrubbed & { readonly odd: readonly FileEntry[] }> {
  const reports = await Promise.all(
    chunk(lists, LISTS_AT_A_TIME).map(async (batch) => {
      const jobs = batch.map((entry) => hashJobOf(root, recognizable(entry)));
      const { odd, ...report } = await pool.checkDirectories(jobs, PROOFS);
      return { ...report, odd: Array.from(odd, (index) => batch[index] ?? []).flat() };
    }),
  );
  return {
    hashed: reports.reduce((sum, { hashed }) => sum + hashed, 0),
    wrong: reports.find(({ wrong }) => wrong !== undefined)?.wrong?.slice(root.length + 1),
    odd: reports.flatMap(({ odd }) => odd),
  };
}

/** The digests that prove something. */
const PROOFS: ReadonlyMap<string, string> = new Map(
  [...HASH_ALGORITHMS.values()].flatMap(({ name, cryptoName, secure }) => secure ? [[name, cryptoName]] : []),
);

/** Reads files and what the Manifests among them list, level by level. */
async function scrubLevels(
  { root, ...reading }: ScrubbedTree,
  entries: readonly FileEntry[],
  { part, changed }: { readonly part: readonly KeptEntries[]; readonly changed: ReadonlySet<string> },
): Promise<Scrubbed> {
  const taken = new Map<string, FileEntry>();
  const ignored = new IgnoredPaths();
  let level = entries;
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
  const others = part.filter((entries) =>
    isRoot.has(entries.dir) && entries.names().some((name) => !taken.has(pathOf(entries.dir, name)))
  );
  const shared = new Set([...others.map(({ dir }) => dir), ...changed]);
  const alone = roots.filter((dir) => dir !== "." && !shared.has(dir));
  return { hashed: taken.size, wrong: await strayBelow(reading, root, { dirs: alone, taken, ignored }) };
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
  const files = { pool, root, canWait: true };
  const reading = visitRight(files, manifests.map(recognizable), async (path, bytes) => {
    const text = await subManifestText(bytes, path, { keyring: undefined, nowMs: 0 });
    if ("problem" in text) return;
    missing.delete(path);
    for (const entry of parseManifest(text.text, path).entries) {
      if (entry.kind === "file") entries.push(entry);
      if (entry.kind === "ignore") ignored.push(entry.path);
    }
  });
  const others = level.filter((entry) => !isManifest(entry));
  const [wrong] = await Promise.all([wrongFiles(files, others.map(recognizable)), reading]);
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
