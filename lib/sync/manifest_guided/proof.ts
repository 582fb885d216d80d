import { equals } from "@std/bytes/equals";
import { basename, dirname } from "@std/path";
import { allEnded } from "../../base/all_ended.ts";
import { pathOf } from "../../base/path_of.ts";
import { type ExpectedNames, unexpectedNames } from "../../host/expected_names.ts";
import type { HashPool } from "../../host/hash_pool.ts";
import type { Files } from "../../host/files.ts";
import type { System } from "../../host/system.ts";
import type { FileEntry } from "../../manifest/entry.ts";
import { isHidden } from "../../manifest/ignored_paths.ts";
import { listedFiles } from "../../manifest/listed_files.ts";
import type { ManifestWalk } from "../../manifest/manifest_walk.ts";
import type { SeenFiles } from "../../manifest/seen_files.ts";
import { subManifestText } from "../../manifest/sub_manifest.ts";
import { TOP_MANIFEST, type TopManifest } from "../../manifest/top_manifest.ts";
import { type RightFile, verifyChanged } from "../../manifest/verify_changed.ts";
import { whyUnproven } from "../../manifest/unproven.ts";
import type { Change } from "../../rsync/change.ts";
import { type StoreClock, storeClock } from "../../storage/verification_memory.ts";
import { storeLayout } from "../../store/layout.ts";
import { latestSnapshot } from "../../store/snapshots.ts";
import type { SyncJob } from "../sync_job.ts";
import type { UpdateContext } from "../update_context.ts";
import { verifiedBefore } from "../verified_before.ts";
import { type Published, publishedTree, textDigestOf } from "./published.ts";
import { RotatingScrub } from "./rotating_scrub.ts";
import type { DirectoryNames } from "./directory_names.ts";

/** That a tree is right as a whole, without having looked at all of it. */
export interface Proof {
  /** Files read. */
  readonly hashed: number;
  /** The top-level Manifest that it is right by. */
  readonly top: TopManifest;
  /** By the store's clock; nanoseconds since 1970. */
  readonly settledNs: bigint;
  /** What is to be known of the files that changed. */
  readonly changed: readonly RightFile[];
}

/** What was done to a copy of the published tree. */
export interface Construction {
  readonly published: Published;
  readonly names: DirectoryNames;
  readonly staging: string;
  readonly top: TopManifest;
  readonly walk: ManifestWalk;
  readonly changes: readonly Change[];
  /** The files that came from where they were found right. */
  readonly followed: SeenFiles;
}

/**
 * What reads a part of what does not change while the tree is made. `undefined` when nothing can be proved of that
 * tree, as it is not known that the published one was verified as a whole.
 */
export async function startScrub(
  { job, reporter }: UpdateContext,
  { published, walk, pool }: { readonly published: Published; readonly walk: ManifestWalk; readonly pool: HashPool },
): Promise<RotatingScrub | undefined> {
  const { system: { files }, repository: { storage } } = job;
  if (storage.kind !== "hardlink_rcu") return undefined;
  const latest = latestSnapshot(files, storeLayout(storage.storeDir));
  if (latest?.path !== published.dir) return undefined;
  if (verifiedBefore(job, reporter)?.unverified(await textDigestOf(published)) !== undefined) return undefined;
  return new RotatingScrub(files, { walk, pool, turn: latest.id });
}

/** What a proof takes besides. */
export interface ProofTools {
  readonly pool: HashPool;
  readonly scrub: RotatingScrub;
  /** {@linkcode constructionClock} */
  readonly clock: StoreClock | undefined;
}

/**
 * Looks at the clock of the store, to be called after the last change to the staging tree; it makes a file for that.
 */
export function constructionClock({ system, repository: { storage } }: SyncJob): StoreClock | undefined {
  return storage.kind === "hardlink_rcu" ? storeClock(system, storeLayout(storage.storeDir)) : undefined;
}

/**
 * Proves that a staging tree is right by what it was made of: the published tree, which was verified, and what the walk
 * brought, which is read again where it is now unless it could be followed there. Of the rest it looks at the
 * directories that changed, and a part is scrubbed. `undefined` when anything is in doubt: then the whole tree has to
 * be verified. To be called after the last change to the tree.
 */
export async function proveConstruction(
  { job: { system }, reporter }: UpdateContext,
  { pool, scrub, clock }: ProofTools,
  construction: Construction,
): Promise<Proof | undefined> {
  reporter.phase("verify");
  if (clock?.head === undefined) return undefined;
  const { stamps } = clock;
  const made = { ...construction, changed: construction.walk.changed(), gone: construction.walk.gone() };
  const settle = () => clock.settle();
  // Other threads list and read meanwhile.
  const following = followsFromManifests({ files: system.files, pool }, made);
  const reading = verifyChanged({ stamps, pool, root: made.staging, settle, followed: made.followed }, made.changed);
  scrub.goOn(made.staging);
  const [follows, changed, { hashed, wrong }] = await allEnded([following, reading, scrub.done()]);
  if (!follows || changed === undefined || wrong !== undefined) return undefined;
  return { hashed: 1 + changed.length + hashed, top: made.top, settledNs: clock.settledNs, changed };
}

/** With what its walk found. */
interface WalkedConstruction extends Construction {
  /** Of the new tree. */
  readonly changed: readonly FileEntry[];
  /** Paths. */
  readonly gone: readonly string[];
}

/** Whether the tree is right if every changed file is as its entry demands. */
async function followsFromManifests(
  lists: Pick<System, "files"> & { readonly pool: HashPool },
  made: WalkedConstruction,
): Promise<boolean> {
  const { staging, top, walk } = made;
  const staged = publishedTree(lists.files, staging);
  if (staged === undefined || !equals(staged.bytes, top.bytes)) return false;
  const comparing = unexpectedNames(lists, expectedNames(made));
  const [differences, ignores] = await allEnded([comparing, provenIgnores(lists.files, made)]);
  if (ignores === undefined) return false;
  const ignored = new Set(walk.differences.flatMap((difference) => difference.ignored));
  return differences.every(({ expected, isComplete, unexpected }) => {
    const dir = expected.path.slice(staging.length + 1);
    const isIgnored = (path: string) => ignored.has(path) || ignores(path);
    return isComplete && unexpected.every(({ name, isDirectory }) => !isDirectory && isIgnored(pathOf(dir, name)));
  });
}

/**
 * Tells what else is ignored in directories with such changes; `undefined` when what changed proves nothing of the
 * rest.
 */
async function provenIgnores(
  files: Pick<Files, "readBytes">,
  made: WalkedConstruction,
): Promise<((path: string) => boolean) | undefined> {
  const { walk, changes } = made;
  const changed = [...made.changed.map(({ path }) => path), ...made.gone];
  const listed = new Set([TOP_MANIFEST, ...changed]);
  const uncovered = changes.filter(({ path, type }) => type === "file" && !listed.has(path)).map(({ path }) => path);
  const ignored = new Set(await ignoredIn(files, made, new Set(uncovered.map((path) => dirname(path)))));
  const ignores = (path: string) => ignored.has(path);
  const why = whyUnproven({ differences: walk.differences, changed, uncovered, ignores });
  return why === undefined ? ignores : undefined;
}

/** Paths that the Manifests in some directories of a verified tree ignore there. */
async function ignoredIn(
  files: Pick<Files, "readBytes">,
  { published, names }: Construction,
  dirs: ReadonlySet<string>,
): Promise<string[]> {
  const found: string[] = [];
  for (const dir of dirs) {
    for (const { name, isFile } of names.entries(dir) ?? []) {
      if (!isFile || !name.startsWith("Manifest")) continue;
      const path = `${dir}/${name}`;
      const read = await subManifestText(files.readBytes(`${published.dir}/${path}`), path, {
        keyring: undefined,
        nowMs: 0,
      });
      if ("problem" in read) continue;
      const lines = read.text.matchAll(/^IGNORE ([^\s\\]+)$/gm);
      for (const [, ignored] of lines) found.push(`${dir}/${ignored}`);
    }
  }
  return found;
}

/**
 * What must be in the directories that changed: just the files that Manifests list there, and just the directories that
 * were published there, with those that came and without those that went. All Manifests that speak of them were opened,
 * or there would be a doubt.
 */
function expectedNames(
  { published, names, staging, walk, changes, changed, gone }: WalkedConstruction,
): ExpectedNames[] {
  const covered = new Set([...changed.map(({ path }) => path), ...gone]);
  // Where nothing but a timestamp changed, or the signature, Manifests that speak of the rest need not have been
  // opened.
  const listed = changes.filter(({ path, type }) => type === "directory" || covered.has(path));
  const byDirectory = Map.groupBy(listed, ({ path }) => dirname(path));
  const kept = walk.differences.flatMap((difference) => difference.kept);
  const files = listedFiles([...byDirectory.keys()], { changed: [{ path: TOP_MANIFEST }, ...changed], kept });
  return [...files].map(([dir, listedThere]) => {
    const inside = byDirectory.get(dir) ?? [];
    const visible = inside.filter(({ path, type }) => type === "directory" && !isHidden(basename(path)));
    const namesOf = (kind: Change["kind"]) => visible.flatMap((one) => one.kind === kind ? basename(one.path) : []);
    return {
      path: `${staging}/${dir}`,
      files: listedThere,
      like: names.isLeaf(dir) ? undefined : `${published.dir}/${dir}`,
      came: namesOf("create"),
      went: namesOf("delete"),
    };
  });
}
