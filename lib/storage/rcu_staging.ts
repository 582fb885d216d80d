import type { System } from "../host/system.ts";
import { findReaders } from "../readers/in_use.ts";
import type { StoreLayout } from "../store/layout.ts";
import { findReserve, setReserve } from "../store/reserve.ts";
import { latestSnapshot } from "../store/snapshots.ts";
import { readStagingNote, removeStagingNote, writeStagingNote } from "../store/staging_note.ts";
import { moveToTrash } from "../store/trash.ts";
import { cloneTree } from "./clone.ts";
import { followLinks } from "./followed_links.ts";
import { type Migration, planMigration, prepareMigration } from "./migration.ts";
import { locationState } from "./rcu_location.ts";
import type { RcuRepository } from "./rcu_repository.ts";
import { recycleReserve } from "./recycle.ts";
import type { UpdateOptions } from "./storage.ts";

/** A staging tree that is ready to be changed, at `layout.update`. */
export interface Staging {
  /** The snapshot that it was made from; `null` when there was none. */
  readonly base: number | null;
  /** Set when it was made from the plain directory that LOCATION is. */
  readonly migration: Migration | undefined;
  /** Whether an interrupted run made changes to it already. */
  readonly resumed: boolean;
}

type StagingSystem = Pick<System, "files" | "clock" | "environment">;

/**
 * Makes the staging tree: what recovery left of an interrupted run, else a copy of what consumers have now, which the
 * reserve becomes quicker than a clone. Needs the lock.
 */
export async function stageUpdate(
  system: StagingSystem,
  repository: RcuRepository,
  { layout, signal, unshared }: UpdateOptions & { readonly layout: StoreLayout },
): Promise<Staging> {
  const { files, environment } = system;
  const latest = latestSnapshot(files, layout);
  const base = latest?.id ?? null;
  if (files.lstat(layout.update) !== undefined) {
    if (!unshared && isComplete(files, layout)) return { base, migration: undefined, resumed: true };
    moveToTrash(files, layout, layout.update);
  }
  const note = { base, bootId: environment.bootId ?? null };
  writeStagingNote(files, layout, { ...note, phase: "clone" });
  const migration = await copyPublished(system, repository, { layout, signal, unshared });
  writeStagingNote(files, layout, { ...note, phase: "apply" });
  return { base, migration, resumed: false };
}

/**
 * Makes the staging tree, which must not exist, out of the reserve, if there is one that will do. Needs the lock.
 *
 * @returns the snapshot that it is equal to; undefined when nothing was done.
 */
export async function stageReserve(
  system: StagingSystem,
  repository: RcuRepository,
  layout: StoreLayout,
): Promise<number | undefined> {
  const { files, environment } = system;
  const latest = latestSnapshot(files, layout);
  if (latest === undefined || !repository.recycle || findReserve(files, layout) === undefined) return undefined;
  const note = { base: latest.id, bootId: environment.bootId ?? null };
  writeStagingNote(files, layout, { ...note, phase: "clone" });
  const links = followLinks(files, layout);
  const isRecycled = await recycleReserve(system, layout, { latest, links });
  links?.save();
  if (isRecycled) writeStagingNote(files, layout, { ...note, phase: "apply" });
  else removeStagingNote(files, layout);
  return isRecycled ? latest.id : undefined;
}

/** Makes a staging tree that {@linkcode stageReserve} has made, and nothing has changed since, the reserve again. */
export async function unstageReserve({ files }: StagingSystem, layout: StoreLayout, base: number): Promise<void> {
  // Its number says what it holds, so that must not be on the medium first.
  await files.flush(layout.dir);
  setReserve(files, layout, { id: base, path: layout.update });
  removeStagingNote(files, layout);
}

/**
 * Tells whether no process works in a staging tree any more: an rsync may outlive its parent. False where that cannot
 * be found out.
 */
export async function isAbandoned(system: StagingSystem, dir: string): Promise<boolean> {
  if (system.files.lstat("/proc/self") === undefined) return false;
  const { readers } = await findReaders(system, [dir]);
  return (readers.get(dir) ?? []).length === 0;
}

function isComplete(files: System["files"], layout: StoreLayout): boolean {
  const phase = readStagingNote(files, layout)?.phase;
  return phase === "apply" || phase === "publish";
}

async function copyPublished(
  system: StagingSystem,
  repository: RcuRepository,
  { layout, signal, unshared }: UpdateOptions & { readonly layout: StoreLayout },
): Promise<Migration | undefined> {
  const latest = latestSnapshot(system.files, layout);
  if (latest !== undefined) {
    const links = unshared ? undefined : followLinks(system.files, layout);
    const isRecycled = repository.recycle && !unshared && await recycleReserve(system, layout, { latest, links });
    if (!isRecycled) await cloneTree(system, latest.path, layout.update, { signal, unshared, links });
    links?.save();
    return undefined;
  }
  if (locationState(system, repository).kind !== "tree") {
    makeEmptyUpdate(system, repository, layout);
    return undefined;
  }
  const source = await prepareMigration(system, repository, { layout, signal });
  await cloneTree(system, source, layout.update, { signal, unshared });
  return planMigration(system, layout, { copied: source !== repository.location });
}

function makeEmptyUpdate(
  { files }: Pick<System, "files">,
  { owner }: RcuRepository,
  layout: StoreLayout,
): void {
  files.mkdir(layout.update, 0o755);
  const made = files.lstat(layout.update);
  if (made === undefined || (owner.uid === undefined && owner.gid === undefined)) return;
  files.lchown(layout.update, owner.uid ?? made.uid, owner.gid ?? made.gid);
}
