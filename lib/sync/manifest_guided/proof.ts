import { basename, dirname } from "@std/path";
import { allEnded } from "../../base/all_ended.ts";
import type { HashPool } from "../../host/hash_pool.ts";
import type { Files } from "../../host/files.ts";
import type { System } from "../../host/system.ts";
import { isHidden } from "../../manifest/ignored_paths.ts";
import type { ManifestWalk } from "../../manifest/manifest_walk.ts";
import { subManifestText } from "../../manifest/sub_manifest.ts";
import { TOP_MANIFEST, type TopManifest } from "../../manifest/top_manifest.ts";
import { type RightFile, verifyChanged } from "../../manifest/verify_changed.ts";
import { whyUnproven } from "../../manifest/unproven.ts";
import type { Change } from "../../rsync/change.ts";
import { storeClock } from "../../storage/verification_memory.ts";
import { storeLayout } from "../../store/layout.ts";
import { latestSnapshot } from "../../store/snapshots.ts";
import type { UpdateContext } from "../update_context.ts";
import { verifiedBefore } from "../verified_before.ts";
import { type Published, publishedTree } from "./published.ts";
import { RotatingScrub } from "./rotating_scrub.ts";
import { type DirectoryNames, directoryNames } from "./directory_names.ts";

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
  readonly names: DirectoryNames;
  readonly staging: string;
  readonly top: TopManifest;
  readonly walk: ManifestWalk;
  readonly changes: readonly Change[];
}

/**
 * What reads a part of what does not change while the tree is made. `undefined` when nothing can be proved of that tree, as
 * it is not known that the published one was verified as a whole.
 */
export function startScrub(
  { job, reporter }: UpdateContext,
  { published, walk, pool }: { readonly published: Published; readonly walk: ManifestWalk; readonly pool: HashPool },
): RotatingScrub | undefined {
  const { system: { files }, repository: { storage } } = job;
  if (storage.kind !== "hardlink_rcu") return undefined;
  const latest = latestSnapshot(files, storeLayout(storage.storeDir));
  if (latest?.path !== published.dir) return undefined;
  if (verifiedBefore(job, reporter)?.unverified(published.textDigest) !== undefined) return undefined;
  return new RotatingScrub(files, { walk, pool, turn: latest.id });
}

/**
 * Proves that a staging tree is right by what it was made of: the published tree, which was verified, and what the walk
 * brought, which is read again where it is now. Of the rest it looks at the directories that changed, and a part is
 * scrubbed. `undefined` when anything is in doubt: then the whole tree has to be verified. To be called after the last
 * change to the tree.
 */
export async function proveConstruction(
  { job, reporter }: UpdateContext,
  { pool, scrub }: { readonly pool: HashPool; readonly scrub: RotatingScrub },
  made: Construction,
): Promise<Proof | undefined> {
  const { system, repository: { storage } } = job;
  reporter.phase("verify");
  const clock = storage.kind === "hardlink_rcu" ? storeClock(system, storeLayout(storage.storeDir)) : undefined;
  if (clock?.head === undefined) return undefined;
  const { stamps } = clock;
  scrub.goOn(made.staging);
  const reading = clock.settle().then((settled) =>
    settled && verifyChanged({ stamps, pool, root: made.staging, settled }, made.walk.changed())
  );
  // Other threads read meanwhile.
  const following = followsFromManifests(system, made);
  const [follows, changed, { hashed, wrong }] = await allEnded([following, reading, scrub.done()]);
  if (!follows || changed === undefined || wrong !== undefined) return undefined;
  const { textDigest, warnings } = made.top;
  return { hashed: 1 + changed.length + hashed, textDigest, settledNs: clock.settledNs, changed, warnings };
}

/** Others are waiting for this thread, too. */
const DIRECTORIES_A_TURN = 20;

/** Whether the tree is right if every changed file is as its entry demands. */
async function followsFromManifests(
  { files, clock }: Pick<System, "files" | "clock">,
  made: Construction,
): Promise<boolean> {
  const { staging, top, walk, changes } = made;
  const changed = [...walk.changed().map(({ path }) => path), ...walk.gone()];
  const listed = new Set([TOP_MANIFEST, ...changed]);
  const uncovered = changes.filter(({ path, type }) => type === "file" && !listed.has(path)).map(({ path }) => path);
  const ignored = new Set(await ignoredIn(files, made, new Set(uncovered.map((path) => dirname(path)))));
  const ignores = (path: string) => ignored.has(path);
  if (whyUnproven({ differences: walk.differences, changed, uncovered, ignores }) !== undefined) return false;
  return publishedTree(files, staging)?.text === top.text &&
    await holdJustWhatIsListed({ files, clock }, made, ignores);
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
 * Whether the directories that changed hold just the files that Manifests list there, and just the directories that were
 * published there, with those that came and without those that went. All Manifests that speak of them were opened, or
 * there would be a doubt.
 */
async function holdJustWhatIsListed(
  { files, clock }: Pick<System, "files" | "clock">,
  { names, staging, changes, walk }: Construction,
  ignores: (path: string) => boolean,
): Promise<boolean> {
  const ignored = new Set(walk.differences.flatMap((difference) => difference.ignored));
  const byDirectory = Map.groupBy(changes, ({ path }) => dirname(path));
  const missing = filesListedIn(byDirectory.keys(), walk);
  const now = directoryNames(files, staging);
  let looked = 0;
  for (const [dir, inside] of byDirectory) {
    const directories = directoriesAfter(names.directories(dir), inside);
    const listed = missing.get(dir);
    for (const { name, isDirectory, isFile } of now.entries(dir) ?? []) {
      if (isHidden(name)) continue;
      if (isDirectory ? directories.delete(name) : isFile && listed?.delete(name)) continue;
      const path = dir === "." ? name : `${dir}/${name}`;
      if (isDirectory || !(ignored.has(path) || ignores(path))) return false;
    }
    if (directories.size > 0) return false;
    if (++looked % DIRECTORIES_A_TURN === 0) await clock.yield();
  }
  return [...missing.values()].every(({ size }) => size === 0);
}

/** Names of the files that must be in some directories, but for hidden ones. */
function filesListedIn(dirs: Iterable<string>, walk: ManifestWalk): ReadonlyMap<string, Set<string>> {
  const listed = new Map([...dirs].map((dir) => [dir, new Set<string>()]));
  listed.get(".")?.add(TOP_MANIFEST);
  for (const { path } of walk.changed()) if (!isHidden(path)) listed.get(dirname(path))?.add(basename(path));
  for (const entry of walk.differences.flatMap((difference) => difference.kept)) {
    const names = listed.get(entry.dir);
    if (names !== undefined && !isHidden(entry.name) && !isHidden(entry.dir)) names.add(entry.name);
  }
  return listed;
}

function directoriesAfter(before: readonly string[], changes: readonly Change[]): Set<string> {
  const names = new Set(before.filter((name) => !isHidden(name)));
  for (const { path, kind, type } of changes) {
    if (type === "directory" && kind !== "delete") names.add(basename(path));
    else names.delete(basename(path));
  }
  return names;
}
