import { basename, dirname } from "@std/path";
import { findReaders } from "../readers/in_use.ts";
import type { System } from "../host/system.ts";
import { readJournal } from "../store/journal.ts";
import type { StoreLayout } from "../store/layout.ts";
import { findReserve, type Reserve } from "../store/reserve.ts";
import type { Snapshot } from "../store/snapshots.ts";
import { pathIn } from "./clone.ts";
import type { FollowedLinks } from "./followed_links.ts";

/** Paths after which others get their turn: the mirror is being asked meanwhile. */
const YIELD_EVERY = 100;

type RecycleSystem = Pick<System, "files" | "clock" | "environment">;

/**
 * Makes the staging tree out of the reserve: moved to `layout.update`, then made equal to the latest snapshot wherever a
 * journal since says that something changed. The cost follows the changes, not the tree.
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
  for (const [at, path] of changed.entries()) {
    // It went with the directory that was there before; now a link may lead out of the tree.
    if (isBelow(path, leaves)) continue;
    const isDirectory = await makeEqual(files, { path, from: latest.path, to: layout.update }, links);
    (isDirectory ? touched : leaves).add(path);
    for (let dir = dirname(path); !touched.has(dir); dir = dirname(dir)) touched.add(dir);
    if (at % YIELD_EVERY === YIELD_EVERY - 1) await clock.yield();
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

interface Entry {
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Makes one entry of `to` what it is in `from`: absent, a directory, or a hard link to the same inode.
 *
 * @returns whether it is a directory.
 */
async function makeEqual(
  files: System["files"],
  { path, from, to }: Entry,
  links: FollowedLinks | undefined,
): Promise<boolean> {
  const [source, target] = [pathIn(from, path), pathIn(to, path)];
  const wanted = files.lstat(source);
  const there = files.lstat(target);
  if (wanted?.type === "directory") {
    if (there?.type === "directory") return true;
    if (there !== undefined) files.unlink(target);
    files.mkdir(target, 0o755);
    return true;
  }
  if (wanted !== undefined && there?.ino === wanted.ino && there.dev === wanted.dev) return false;
  if (there?.type === "directory") await files.removeTree(target);
  else if (there !== undefined) files.unlink(target);
  const link = () => files.link(source, target);
  if (wanted === undefined) return false;
  if (links === undefined) link();
  else links.across(dirname(path), [basename(path)], link);
  return false;
}

function copyDirectoryAttributes(files: System["files"], { path, from, to }: Entry): void {
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
