import { dirname } from "@std/path";
import { LOCAL_NAMES } from "../../base/local_names.ts";
import { pathOf } from "../../base/path_of.ts";
import type { HashPool } from "../../host/hash_pool.ts";
import type { ManifestWalk } from "../../manifest/manifest_walk.ts";
import type { SeenFiles } from "../../manifest/seen_files.ts";
import { TOP_MANIFEST } from "../../manifest/top_manifest.ts";
import { fetchNamed } from "../../rsync/fetch_named.ts";
import type { Session } from "../../rsync/session.ts";
import { nowhere } from "../nowhere.ts";
import type { MirrorFailure, UpdateContext } from "../update_context.ts";
import {
  type DirectoryChanges,
  directoryChanges,
  type FileChanges,
  listEarly,
  type ListedDirectories,
  NOTHING_LISTED,
} from "./directories.ts";
import type { DirectoryNames } from "./directory_names.ts";
import type { Incoming } from "./incoming.ts";
import { keptDirectories } from "./kept_directories.ts";
import type { Opening } from "./opening.ts";
import type { Published } from "./published.ts";
import { fetchRounds, type Round, type Rounds } from "./rounds.ts";
import { changedStamps } from "./stamps.ts";

/** Both trees, as far as they are known. */
export interface Trees {
  readonly published: Published;
  /** What is in the published tree. */
  readonly names: DirectoryNames;
  readonly incoming: Incoming;
}

/** What a mirror is asked with. */
export interface Asking extends Trees {
  readonly opening: Opening;
  /** Whether the mirror has the very top-level Manifest that is published. */
  readonly isSame: boolean;
  readonly walk: ManifestWalk;
  readonly pool: HashPool;
  readonly seen: SeenFiles | undefined;
  /** Called whenever the mirror has been asked for all that it can be asked for at a time. */
  readonly onWait: () => void;
}

/** All that is to be known of the difference between what is published and what a mirror has. */
export interface MirrorDifference extends DirectoryChanges {
  /** Files. */
  readonly arrived: readonly string[];
  readonly gone: readonly string[];
}

/**
 * Asks a mirror for all that differs; the files and directories that it takes are in `incoming` then.
 *
 * @throws {WalkObjection}
 */
export async function mirrorDifference(
  context: UpdateContext,
  session: Session,
  asking: Asking,
): Promise<MirrorDifference | Exclude<Rounds, { readonly kind: "complete" }>> {
  const { published, names, incoming, opening, isSame, walk, onWait } = asking;
  let early = NOTHING_LISTED;
  const beside = async ({ manifests, paths }: Round) => {
    if (early !== NOTHING_LISTED || looksDeeper(names, manifests.map(({ path }) => path))) return;
    const arrived = [TOP_MANIFEST, ...walk.changed().map(({ path }) => path), ...paths];
    const touched = { published: names, arrived, gone: walk.gone() };
    early = await listEarly(session, { ...touched, nowhere: nowhere(context.job, session) });
  };
  const rounds = await fetchRounds(context, session, { ...asking, asked: opening.asked, beside });
  if (rounds.kind !== "complete") return rounds;
  const trees = { published: published.dir, incoming: incoming.tree, walk };
  const stamps = changedStamps(context.job.system.files, { ...trees, ...opening });
  const arrived = [
    ...(isSame ? [] : [TOP_MANIFEST]),
    ...walk.changed().map(({ path }) => path),
    ...stamps.arrived,
  ];
  const gone = [...walk.gone(), ...stamps.gone];
  if (arrived.length + gone.length === 0) return { kind: "known", vanished: [], appeared: [], arrived, gone };
  const changes = { published: names, arrived, gone, kept: keptDirectories(walk.differences) };
  const fetching = fetchDirectories(context, session, { ...changes, early, incoming: incoming.tree });
  onWait();
  const directories = await fetching;
  return directories.kind === "known" ? { arrived, gone, ...directories } : directories;
}

/** Manifests of one depth that are looked at. */
const FEW = 8;

/**
 * Whether there most likely is another round: some published directories of these Manifests hold others with Manifests.
 */
function looksDeeper(names: DirectoryNames, manifests: readonly string[]): boolean {
  const byDepth = Map.groupBy(manifests, (path) => path.split("/").length);
  return [...byDepth.values()].some((alike) =>
    alike.slice(0, FEW).some((path) => hasManifestBelow(names, dirname(path)))
  );
}

/** Whether a published directory most likely holds others with Manifests of their own. */
function hasManifestBelow(names: DirectoryNames, dir: string): boolean {
  const [first] = names.directories(dir);
  const below = first === undefined ? [] : names.entries(pathOf(dir, first)) ?? [];
  return below.some(({ name, isFile }) => isFile && name.startsWith(TOP_MANIFEST));
}

/** Which directories came and went, with those that came in `incoming`. */
async function fetchDirectories(
  { job, storage, reporter }: UpdateContext,
  session: Session,
  { incoming, ...changes }: Omit<FileChanges, "local"> & {
    readonly early: ListedDirectories;
    readonly incoming: string;
  },
): Promise<DirectoryChanges | MirrorFailure> {
  reporter.phase("plan");
  const local = new Set([...LOCAL_NAMES, ...storage.excludes.map((pattern) => pattern.slice(1))]);
  const found = await directoryChanges(session, { ...changes, local, nowhere: nowhere(job, session) });
  if (found.kind === "failed" || found.appeared.length === 0) return found;
  const fetched = await fetchNamed(session, { into: incoming, paths: found.appeared, mostBytes: 0 });
  if (fetched.kind === "failed") return fetched;
  const { files } = job.system;
  const appeared = found.appeared.filter((dir) => files.lstat(`${incoming}/${dir}`)?.type === "directory");
  return { ...found, appeared };
}
