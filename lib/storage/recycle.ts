import { basename, dirname } from "@std/path";
import { findReaders } from "../readers/in_use.ts";
import type { FileType } from "../host/files.ts";
import { isDirectory, isNoFile, STAMP_WORDS } from "../host/stamps.ts";
import type { System } from "../host/system.ts";
import { turns } from "../host/turns.ts";
import { readJournal } from "../store/journal.ts";
import type { StoreLayout } from "../store/layout.ts";
import { findReserve, type Reserve } from "../store/reserve.ts";
import type { Snapshot } from "../store/snapshots.ts";
import { pathIn } from "./clone.ts";
import type { FollowedLinks } from "./followed_links.ts";

/** The mirror is being asked meanwhile, and what it sends is to be seen to soon. */
const TURN_MS = 10;

type RecycleSystem = Pick<System, "files" | "clock" | "environment">;

/**
 * Makes the staging tree out of the reserve: moved to `layout.update`, then made equal to the latest snapshot wherever
 * a journal since says that something changed. The cost follows the changes, not the tree.
 *
 * @returns false when there is no reserve, it is in use, or a journal since it is missing (Portage made a snapshot in
 *   between); staging is then untouched and the latest snapshot has to be cloned.
 */
export async function recycleReserve(
  system: RecycleSystem,
  layout: StoreLayout,
  { latest, links }: { readonly latest: Snapshot; readonly links: FollowedLinks | undefined },
): Promise<boolean> {
  const { files, clock } = system;
  const reserve = findReserve(files, layout);
  if (reserve === undefined) return false;
  const changed = changedSince(system, layout, { reserve, latest });
  if (changed === undefined || await isUsed(system, reserve.path)) return false;
  files.rename(reserve.path, layout.update);
  const touched = new Set<string>(["."]);
  const leaves = new Set<string>();
  const endTurn = turns(clock, TURN_MS);
  for (const paths of byDirectory(changed)) {
    // What is below a leaf went with the directory that was there before; now a link may lead out of the tree.
    const reachable = paths.filter((path) => !isBelow(path, leaves));
    const directories = await makeEqual(files, { paths: reachable, from: latest.path, to: layout.update }, links);
    for (const path of reachable) (directories.has(path) ? touched : leaves).add(path);
    const parent = reachable[0] === undefined ? "." : dirname(reachable[0]);
    for (let dir = parent; !touched.has(dir); dir = dirname(dir)) touched.add(dir);
    await endTurn();
  }
  // Attributes last: every name made or removed in a directory changes its times.
  for (const dir of touched) copyDirectoryAttributes(files, { path: dir, from: latest.path, to: layout.update });
  return true;
}

/** Paths that any journal after the reserve's snapshot names, outermost first; `undefined` when one is missing. */
function changedSince(
  { files }: RecycleSystem,
  layout: StoreLayout,
  { reserve, latest }: { readonly reserve: Reserve; readonly latest: Snapshot },
): readonly string[] | undefined {
  const paths = new Set<string>();
  for (let id = latest.id; id !== reserve.id;) {
    const journal = readJournal(files, layout, id);
    if (journal === undefined || journal.changes === null || journal.base === null || journal.base < reserve.id) {
      return undefined;
    }
    for (const [, path] of journal.changes) paths.add(path);
    id = journal.base;
  }
  return [...paths].sort();
}

function isBelow(path: string, leaves: ReadonlySet<string>): boolean {
  for (let dir = dirname(path); dir !== "."; dir = dirname(dir)) {
    if (leaves.has(dir)) return true;
  }
  return false;
}

/** Runs of sorted paths that are in one directory, at most so many in each. */
function byDirectory(paths: readonly string[]): string[][] {
  const runs: string[][] = [];
  let [dir, run]: [string | undefined, string[]] = [undefined, []];
  for (const path of paths) {
    if (dirname(path) !== dir || run.length === LONGEST_RUN) {
      [dir, run] = [dirname(path), []];
      runs.push(run);
    }
    run.push(path);
  }
  return runs;
}

const LONGEST_RUN = 50;

interface Entries {
  /** In one directory. */
  readonly paths: readonly string[];
  readonly from: string;
  readonly to: string;
}

/**
 * Makes entries of `to` what they are in `from`: absent, a directory, or a hard link to the same inode.
 *
 * @returns those that are directories.
 */
async function makeEqual(
  files: System["files"],
  entries: Entries,
  links: FollowedLinks | undefined,
): Promise<ReadonlySet<string>> {
  const { paths, to } = entries;
  const wanted = wantedIn(files, entries);
  const directories = new Set<string>();
  const linked: number[] = [];
  for (const [index, path] of paths.entries()) {
    const target = pathIn(to, path);
    const type = wanted.type(index);
    if (type === "directory") {
      directories.add(path);
      if (files.lstat(target)?.type === "directory") continue;
      files.tryUnlink(target);
      files.mkdir(target, 0o755);
      continue;
    }
    if (files.tryUnlink(target) === "directory") await files.removeTree(target);
    if (type !== undefined) linked.push(index);
  }
  linkAll(files, entries, { linked, stamps: wanted.stamps, links });
  return directories;
}

/** What is in `from`: stamps, where they are to be had, tell it and are needed again. */
function wantedIn(
  files: System["files"],
  { paths, from }: Entries,
): { readonly stamps: Uint32Array<ArrayBuffer> | undefined; type(index: number): FileType | undefined } {
  const names = paths.map((path) => basename(path));
  const stamps = files.stamps?.of(pathIn(from, dirname(paths[0] ?? ".")), names).slice(0, names.length * STAMP_WORDS);
  const look = (index: number) => files.lstat(pathIn(from, paths[index] ?? "."))?.type;
  return {
    stamps,
    type: (index) => {
      const at = index * STAMP_WORDS;
      if (stamps !== undefined && isDirectory(stamps, at)) return "directory";
      // A stamp does not tell what is not there from what cannot be looked at.
      return stamps === undefined || isNoFile(stamps, at) ? look(index) : "file";
    },
  };
}

function linkAll(
  files: System["files"],
  { paths, from, to }: Entries,
  { linked, stamps, links }: {
    /** Places in `paths`. */
    readonly linked: readonly number[];
    readonly stamps: Uint32Array<ArrayBuffer> | undefined;
    readonly links: FollowedLinks | undefined;
  },
): void {
  const chosen = linked.flatMap((index) => paths[index] ?? []);
  const link = () => chosen.forEach((path) => files.link(pathIn(from, path), pathIn(to, path)));
  const [first] = chosen;
  if (first === undefined || links === undefined) return link();
  links.across(dirname(first), chosen.map((path) => basename(path)), link, stamps && rowsOf(stamps, linked));
}

function rowsOf(stamps: Uint32Array, places: readonly number[]): Uint32Array<ArrayBuffer> {
  const rows = new Uint32Array(places.length * STAMP_WORDS);
  for (const [at, place] of places.entries()) {
    rows.set(stamps.subarray(place * STAMP_WORDS, (place + 1) * STAMP_WORDS), at * STAMP_WORDS);
  }
  return rows;
}

function copyDirectoryAttributes(
  files: System["files"],
  { path, from, to }: { readonly path: string; readonly from: string; readonly to: string },
): void {
  const [source, target] = [pathIn(from, path), pathIn(to, path)];
  const wanted = files.lstat(source);
  const there = files.lstat(target);
  if (wanted?.type !== "directory" || there?.type !== "directory") return;
  const isOurs = wanted.uid === there.uid && wanted.gid === there.gid;
  if (!isOurs) files.lchown(target, wanted.uid, wanted.gid);
  // A change of owner may take mode bits away.
  const mode = isOurs ? there.mode : files.lstat(target)?.mode;
  if (wanted.mode !== mode) files.chmod(target, wanted.mode);
  files.copyMtime(source, target);
}

/** Nobody can come to the reserve by its name, but somebody may have been there all along. */
async function isUsed(system: RecycleSystem, path: string): Promise<boolean> {
  const { readers, complete } = await findReaders(system, [path]);
  return !complete || (readers.get(path) ?? []).length > 0;
}
