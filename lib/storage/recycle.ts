import { dirname } from "@std/path";
import { findReaders } from "../readers/in_use.ts";
import type { System } from "../host/system.ts";
import { readJournal } from "../store/journal.ts";
import type { StoreLayout } from "../store/layout.ts";
import { findReserve, type Reserve } from "../store/reserve.ts";
import type { Snapshot } from "../store/snapshots.ts";
import { pathIn } from "./clone.ts";

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
  latest: Snapshot,
): Promise<boolean> {
  const { files, clock } = system;
  const reserve = findReserve(files, layout);
  if (reserve === undefined) return false;
  const changed = changedSince(system, layout, { reserve, latest });
  if (changed === undefined || await isUsed(system, reserve.path)) return false;
  files.rename(reserve.path, layout.update);
  const directories = new Set<string>(["."]);
  for (const [at, path] of changed.entries()) {
    await makeEqual(files, { path, from: latest.path, to: layout.update });
    for (let dir = dirname(path); dir !== "."; dir = dirname(dir)) directories.add(dir);
    if (at % 1000 === 999) await clock.yield();
  }
  // Attributes last: every name made or removed in a directory changes its times.
  for (const dir of [...directories, ...changed]) {
    copyDirectoryAttributes(files, { path: dir, from: latest.path, to: layout.update });
  }
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

interface Entry {
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

/** Makes one entry of `to` what it is in `from`: absent, a directory, or a hard link to the same inode. */
async function makeEqual(files: System["files"], { path, from, to }: Entry): Promise<void> {
  const [source, target] = [pathIn(from, path), pathIn(to, path)];
  const wanted = files.lstat(source);
  const there = files.lstat(target);
  if (wanted?.type === "directory") {
    if (there?.type === "directory") return;
    if (there !== undefined) files.unlink(target);
    files.mkdir(target, 0o755);
    return;
  }
  if (wanted !== undefined && there?.ino === wanted.ino && there.dev === wanted.dev) return;
  if (there?.type === "directory") await files.removeTree(target);
  else if (there !== undefined) files.unlink(target);
  if (wanted !== undefined) files.link(source, target);
}

function copyDirectoryAttributes(files: System["files"], { path, from, to }: Entry): void {
  const [source, target] = [pathIn(from, path), pathIn(to, path)];
  const wanted = files.lstat(source);
  const there = files.lstat(target);
  if (wanted?.type !== "directory" || there?.type !== "directory") return;
  if (wanted.uid !== there.uid || wanted.gid !== there.gid) files.lchown(target, wanted.uid, wanted.gid);
  if (wanted.mode !== files.lstat(target)?.mode) files.chmod(target, wanted.mode);
  files.copyMtime(source, target);
}

/** Nobody can come to the reserve by its name, but somebody may have been there all along. */
async function isUsed(system: RecycleSystem, path: string): Promise<boolean> {
  const { readers, complete } = await findReaders(system, [path]);
  return !complete || (readers.get(path) ?? []).length > 0;
}
