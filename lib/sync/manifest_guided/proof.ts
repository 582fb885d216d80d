import { basename, dirname } from "@std/path";
import { hashPool } from "../../host/hash_pool.ts";
import type { Files } from "../../host/files.ts";
import { isHidden } from "../../manifest/ignored_paths.ts";
import type { ManifestWalk } from "../../manifest/manifest_walk.ts";
import { scrubPart } from "../../manifest/scrub.ts";
import { subManifestText } from "../../manifest/sub_manifest.ts";
import { TOP_MANIFEST, type TopManifest } from "../../manifest/top_manifest.ts";
import { type RightFile, verifyChanged } from "../../manifest/verify_changed.ts";
import { whyUnproven } from "../../manifest/unproven.ts";
import type { Change } from "../../rsync/change.ts";
import { storeClock } from "../../storage/verification_memory.ts";
import { storeLayout } from "../../store/layout.ts";
import { latestSnapshot } from "../../store/snapshots.ts";
import type { UpdateContext } from "../update_context.ts";
import { publishedTree } from "./published.ts";

/** That a tree is right as a whole, without having looked at all of it. */
export interface Proof {
  /** Files read. */
  readonly hashed: number;
  readonly textDigest: string;
  /** By the store's clock; nanoseconds since 1970. */
  readonly settledNs: bigint;
  /** What is to be known of the files that changed. */
  readonly changed: readonly RightFile[];
  /** Sentences for the user. */
  readonly warnings: readonly string[];
}

/** What was done to a copy of the published tree. */
export interface Construction {
  readonly published: string;
  readonly staging: string;
  readonly top: TopManifest;
  readonly walk: ManifestWalk;
  readonly changes: readonly Change[];
}

/**
 * Proves that a staging tree is right by what it was made of: the published tree, which was verified, and what the walk
 * brought, which is read again where it is now. Of the rest it looks at the directories that changed and reads one part in
 * thirty. `undefined` when anything is in doubt: then the whole tree has to be verified.
 */
export async function proveConstruction(
  { job, reporter }: UpdateContext,
  { published, staging, top, walk, changes }: Construction,
): Promise<Proof | undefined> {
  const { system, repository: { storage, verification } } = job;
  const { files } = system;
  if (storage.kind !== "hardlink_rcu") return undefined;
  const layout = storeLayout(storage.storeDir);
  const clock = storeClock(system, layout);
  const latest = latestSnapshot(files, layout);
  if (clock === undefined || latest?.path !== published) return undefined;
  reporter.phase("verify");
  const covered = walk.changed();
  const listed = new Set([...covered.map(({ path }) => path), ...walk.gone(), TOP_MANIFEST]);
  const uncovered = changes.filter(({ path, type }) => type === "file" && !listed.has(path)).map(({ path }) => path);
  const changed = [...listed].filter((path) => path !== TOP_MANIFEST);
  const ignored = new Set(await ignoredIn(files, published, new Set(uncovered.map((path) => dirname(path)))));
  const doubt = whyUnproven({
    differences: walk.differences,
    changed,
    uncovered,
    ignores: (path) => ignored.has(path),
  });
  if (publishedTree(files, staging)?.text !== top.text) return undefined;
  if (doubt !== undefined || !haveSameNames(files, { published, staging, changes })) return undefined;
  if (!areAllListed(files, { staging, changes, walk, isIgnored: (path) => ignored.has(path) })) return undefined;
  using pool = hashPool(verification.jobs ?? system.environment.processors);
  const settled = await clock.settle();
  if (settled === undefined) return undefined;
  const right = await verifyChanged({ stamps: clock.stamps, pool, root: staging, settled }, covered);
  if (right === undefined) return undefined;
  const kept = walk.differences.flatMap((difference) => difference.kept);
  const { hashed, wrong } = await scrubPart({ files, pool, root: staging }, {
    kept,
    opened: walk.opened,
    turn: latest.id,
  });
  if (wrong !== undefined) return undefined;
  const { textDigest, warnings } = top;
  return { hashed: 1 + right.length + hashed, textDigest, settledNs: clock.settledNs, changed: right, warnings };
}

/** Paths that the Manifests in some directories of a verified tree ignore there. */
async function ignoredIn(
  files: Pick<Files, "readDir" | "readBytes" | "lstat">,
  published: string,
  dirs: ReadonlySet<string>,
): Promise<string[]> {
  const found: string[] = [];
  for (const dir of dirs) {
    if (files.lstat(`${published}/${dir}`)?.type !== "directory") continue;
    for (const { name, isFile } of files.readDir(`${published}/${dir}`)) {
      if (!isFile || !name.startsWith("Manifest")) continue;
      const path = `${dir}/${name}`;
      const read = await subManifestText(files.readBytes(`${published}/${path}`), path, {
        keyring: undefined,
        nowMs: 0,
      });
      if ("problem" in read) continue;
      const names = read.text.matchAll(/^IGNORE ([^\s\\]+)$/gm);
      for (const [, ignored] of names) found.push(`${dir}/${ignored}`);
    }
  }
  return found;
}

/** Whether the directories that changed hold just what was published there, with what came and without what went. */
function haveSameNames(
  files: Pick<Files, "readDir" | "lstat">,
  { published, staging, changes }: Pick<Construction, "published" | "staging" | "changes">,
): boolean {
  const byDirectory = Map.groupBy(changes, ({ path }) => dirname(path));
  return [...byDirectory].every(([dir, inside]) => {
    const names = new Map(namesIn(files, `${published}/${dir}`));
    for (const { path, kind, type } of inside) {
      if (kind === "delete") names.delete(basename(path));
      else names.set(basename(path), type);
    }
    const now = namesIn(files, `${staging}/${dir}`);
    return now.length === names.size && now.every(([name, type]) => names.get(name) === type);
  });
}

/**
 * Whether the directories that changed hold just the files that Manifests list there. All Manifests that may were opened,
 * or there would be a doubt.
 */
function areAllListed(
  files: Pick<Files, "readDir" | "lstat">,
  { staging, changes, walk, isIgnored }: Pick<Construction, "staging" | "changes" | "walk"> & {
    readonly isIgnored: (path: string) => boolean;
  },
): boolean {
  const touched = new Set(changes.map(({ path }) => dirname(path)));
  const kept = walk.differences.flatMap((difference) => difference.kept);
  const ignored = new Set(walk.differences.flatMap((difference) => difference.ignored));
  const listed = new Set([TOP_MANIFEST, ...[...kept, ...walk.changed()].map(({ path }) => path)]);
  const missing = new Set([...listed].filter((path) => !isHidden(path) && touched.has(dirname(path))));
  for (const dir of touched) {
    for (const [name, type] of namesIn(files, `${staging}/${dir}`)) {
      const path = dir === "." ? name : `${dir}/${name}`;
      if (type === "directory" || ignored.has(path) || isIgnored(path)) continue;
      if (type !== "file" || !missing.delete(path)) return false;
    }
  }
  return missing.size === 0;
}

function namesIn(files: Pick<Files, "readDir" | "lstat">, dir: string): [string, string][] {
  if (files.lstat(dir)?.type !== "directory") return [];
  return files.readDir(dir).filter(({ name }) => !isHidden(name)).map(({ name, isDirectory, isFile }) => [
    name,
    isDirectory ? "directory" : isFile ? "file" : "other",
  ]);
}
