import { basename, dirname } from "@std/path";
import { hashPool } from "../../host/hash_pool.ts";
import type { DirectoryEntry, Files } from "../../host/files.ts";
import { isHidden } from "../../manifest/ignored_paths.ts";
import type { ManifestWalk } from "../../manifest/manifest_walk.ts";
import { scrubPart } from "../../manifest/scrub.ts";
import { subManifestText } from "../../manifest/sub_manifest.ts";
import { TOP_MANIFEST, type TopManifest } from "../../manifest/top_manifest.ts";
import { type RightFile, verifyChanged } from "../../manifest/verify_changed.ts";
import { whyUnproven } from "../../manifest/unproven.ts";
import type { Change } from "../../rsync/change.ts";
import { type StoreClock, storeClock } from "../../storage/verification_memory.ts";
import { storeLayout } from "../../store/layout.ts";
import { latestSnapshot } from "../../store/snapshots.ts";
import type { UpdateContext } from "../update_context.ts";
import { verifiedBefore } from "../verified_before.ts";
import { type Published, publishedTree } from "./published.ts";
import { MANY_FILES } from "./rounds.ts";

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
  readonly published: Published;
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
export async function proveConstruction(context: UpdateContext, made: Construction): Promise<Proof | undefined> {
  const known = knownStore(context, made.published);
  if (known === undefined) return undefined;
  context.reporter.phase("verify");
  if (!await followsFromManifests(context.job.system.files, made)) return undefined;
  return await readAgain(context, known, made);
}

interface KnownStore {
  readonly clock: StoreClock;
  /** The number of the published snapshot. */
  readonly snapshot: number;
}

/** The store, when it is known of the published tree that it was verified as a whole. */
function knownStore({ job, reporter }: UpdateContext, { dir, textDigest }: Published): KnownStore | undefined {
  const { system, repository: { storage } } = job;
  if (storage.kind !== "hardlink_rcu") return undefined;
  const layout = storeLayout(storage.storeDir);
  const latest = latestSnapshot(system.files, layout);
  if (latest?.path !== dir || verifiedBefore(job, reporter)?.unverified(textDigest) !== undefined) return undefined;
  const clock = storeClock(system, layout);
  return clock?.head && { clock, snapshot: latest.id };
}

/** Whether the tree is right if every changed file is as its entry demands. */
async function followsFromManifests(files: Files, made: Construction): Promise<boolean> {
  const { published, staging, top, walk, changes } = made;
  const changed = [...walk.changed().map(({ path }) => path), ...walk.gone()];
  const listed = new Set([TOP_MANIFEST, ...changed]);
  const uncovered = changes.filter(({ path, type }) => type === "file" && !listed.has(path)).map(({ path }) => path);
  const ignored = new Set(await ignoredIn(files, published.dir, new Set(uncovered.map((path) => dirname(path)))));
  const ignores = (path: string) => ignored.has(path);
  if (whyUnproven({ differences: walk.differences, changed, uncovered, ignores }) !== undefined) return false;
  return publishedTree(files, staging)?.text === top.text && holdJustWhatIsListed(files, made, ignores);
}

/** Reads what changed where it is now, and a part of what did not. */
async function readAgain(
  { job: { system, repository } }: UpdateContext,
  { clock, snapshot }: KnownStore,
  { staging, top, walk }: Construction,
): Promise<Proof | undefined> {
  const { jobs = system.environment.processors } = repository.verification;
  const entries = walk.changed();
  using pool = hashPool(entries.length > MANY_FILES ? jobs : 1);
  const settled = await clock.settle();
  if (settled === undefined) return undefined;
  const changed = await verifyChanged({ stamps: clock.stamps, pool, root: staging, settled }, entries);
  if (changed === undefined) return undefined;
  const kept = walk.differences.flatMap((difference) => difference.kept);
  const part = { kept, opened: walk.opened, turn: snapshot };
  const { hashed, wrong } = await scrubPart({ files: system.files, pool, root: staging }, part);
  if (wrong !== undefined) return undefined;
  const { textDigest, warnings } = top;
  return { hashed: 1 + changed.length + hashed, textDigest, settledNs: clock.settledNs, changed, warnings };
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

/**
 * Whether the directories that changed hold just the files that Manifests list there, and just the directories that were
 * published there, with those that came and without those that went. All Manifests that speak of them were opened, or
 * there would be a doubt.
 */
function holdJustWhatIsListed(
  files: Pick<Files, "readDir" | "lstat">,
  { published, staging, changes, walk }: Construction,
  ignores: (path: string) => boolean,
): boolean {
  const byDirectory = Map.groupBy(changes, ({ path }) => dirname(path));
  const ignored = new Set(walk.differences.flatMap((difference) => difference.ignored));
  const missing = new Set([TOP_MANIFEST, ...walk.changed().map(({ path }) => path).filter((path) => !isHidden(path))]);
  for (const { path } of walk.differences.flatMap((difference) => difference.kept)) {
    if (byDirectory.has(dirname(path)) && !isHidden(path)) missing.add(path);
  }
  for (const [dir, inside] of byDirectory) {
    const directories = directoriesAfter(files, `${published.dir}/${dir}`, inside);
    for (const { name, isDirectory, isFile } of namesIn(files, `${staging}/${dir}`)) {
      const path = dir === "." ? name : `${dir}/${name}`;
      if (isDirectory ? directories.delete(name) : isFile && missing.delete(path)) continue;
      if (isDirectory || !(ignored.has(path) || ignores(path))) return false;
    }
    if (directories.size > 0) return false;
  }
  return missing.size === 0 || missing.size === 1 && missing.has(TOP_MANIFEST) && !byDirectory.has(".");
}

function directoriesAfter(
  files: Pick<Files, "readDir" | "lstat">,
  before: string,
  changes: readonly Change[],
): Set<string> {
  const names = new Set(namesIn(files, before).flatMap(({ name, isDirectory }) => isDirectory ? name : []));
  for (const { path, kind, type } of changes) {
    if (type === "directory" && kind !== "delete") names.add(basename(path));
    else names.delete(basename(path));
  }
  return names;
}

function namesIn(files: Pick<Files, "readDir" | "lstat">, dir: string): DirectoryEntry[] {
  if (files.lstat(dir)?.type !== "directory") return [];
  return files.readDir(dir).filter(({ name }) => !name.startsWith("."));
}
