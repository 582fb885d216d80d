import { join } from "@std/path";
import type { System } from "../host/system.ts";
import { isDescribedBy, readJournal, removeJournal } from "../store/journal.ts";
import type { StoreLayout } from "../store/layout.ts";
import { pointLatest, removeSwapLeftovers } from "../store/publish.ts";
import { latestSnapshot, listSnapshots } from "../store/snapshots.ts";
import { readStagingNote, removeStagingNote } from "../store/staging_note.ts";
import { moveToTrash } from "../store/trash.ts";
import { dropMigration, finishMigration, readMigration } from "./migration.ts";
import { linkLocation, locationState, removeLocationLeftovers } from "./rcu_location.ts";
import type { RcuRepository } from "./rcu_repository.ts";

type RecoverSystem = Pick<System, "files" | "clock" | "environment">;

/**
 * Brings a store into order after a run that was cut off, and says what was done. Afterwards LOCATION leads to the
 * latest snapshot if there is one, and nothing temporary is left but a staging tree that can be resumed, and the trash.
 *
 * @param isAbandoned tells whether no process works in a directory any more; a staging tree that one may still write
 *   to is never resumed.
 */
export async function recoverStore(
  system: RecoverSystem,
  repository: RcuRepository,
  { layout, isAbandoned }: StagingQuestion,
): Promise<readonly string[]> {
  const { files } = system;
  const done: string[] = [];
  removeSwapLeftovers(system, layout);
  putBackRetired(system, layout);
  const published = await publishCutOff(system, layout);
  if (published !== undefined) done.push(`Published snapshot ${published}, which an interrupted run had finished`);
  if (await recoverMigration(system, repository, layout)) done.push(`Finished the migration of ${repository.location}`);
  removeLocationLeftovers(system, repository, layout);
  if (relink(system, repository, layout)) done.push(`Made ${repository.location} a link to ${layout.latest} again`);
  if (await dropStaging(system, { layout, isAbandoned })) {
    done.push(`Removed ${layout.update}, left by an interrupted run`);
  }
  for (const path of replacedFiles(layout)) await files.removeTree(`${path}.new`);
  await files.removeTree(layout.incoming);
  return done;
}

/** What is replaced by a file that is written beside it, and renamed. */
function replacedFiles({ staging, migration, keys, keyRefresh, accepted, lastSync }: StoreLayout): string[] {
  return [staging, migration, keys, keyRefresh, accepted, lastSync];
}

/**
 * A crash between the rename to `snapshots/N` and the link: the staging note, flushed before the rename, names N. What
 * bears that number and is not ours, another program made since.
 */
async function publishCutOff(system: RecoverSystem, layout: StoreLayout): Promise<number | undefined> {
  const { files } = system;
  const note = readStagingNote(files, layout);
  if (note?.phase !== "publish") return undefined;
  const snapshot = listSnapshots(files, layout).find(({ id }) => id === note.snapshot);
  const journal = readJournal(files, layout, note.snapshot);
  if (snapshot === undefined || journal === undefined || !isDescribedBy(snapshot, journal)) {
    removeJournal(files, layout, note.snapshot);
    return undefined;
  }
  const latest = latestSnapshot(files, layout)?.id ?? 0;
  if (latest >= snapshot.id) return undefined;
  await files.flush(layout.dir);
  pointLatest(system, layout, snapshot.id);
  await files.flush(layout.dir);
  return snapshot.id;
}

async function recoverMigration(
  system: RecoverSystem,
  repository: RcuRepository,
  layout: StoreLayout,
): Promise<boolean> {
  const migration = readMigration(system, layout);
  if (migration === undefined) {
    await system.files.removeTree(layout.migrated);
    return false;
  }
  if (latestSnapshot(system.files, layout)?.id === migration.newId) {
    await finishMigration(system, repository, { layout, migration });
    return true;
  }
  await dropMigration(system, layout, migration);
  return false;
}

function relink(system: RecoverSystem, repository: RcuRepository, layout: StoreLayout): boolean {
  if (latestSnapshot(system.files, layout) === undefined) return false;
  switch (locationState(system, repository).kind) {
    case "missing":
    case "empty-directory":
    case "link":
      return linkLocation(system, repository, layout);
    case "tree":
    case "other":
      return false;
  }
}

/** Whether the staging tree that an interrupted run left is one that can be resumed. */
export async function isResumable(
  { files, environment }: RecoverSystem,
  { layout, isAbandoned }: StagingQuestion,
): Promise<boolean> {
  const note = readStagingNote(files, layout);
  const latest = latestSnapshot(files, layout)?.id ?? null;
  const known = note !== undefined && note.phase !== "clone" && note.base === latest && latest !== null &&
    note.bootId !== null && note.bootId === environment.bootId;
  return known && await isAbandoned(layout.update);
}

/** Whose staging tree is asked about, and how to find out whether a process still works in it. */
export interface StagingQuestion {
  readonly layout: StoreLayout;
  readonly isAbandoned: (dir: string) => Promise<boolean>;
}

async function dropStaging(system: RecoverSystem, question: StagingQuestion): Promise<boolean> {
  const { files } = system;
  const { layout } = question;
  const found = files.lstat(layout.update) !== undefined;
  if (found && await isResumable(system, question)) return false;
  removeStagingNote(files, layout);
  if (found) moveToTrash(files, layout, layout.update);
  return found;
}

/** Garbage collection was cut off before its last look: the snapshot goes back to where it was. */
function putBackRetired({ files }: RecoverSystem, layout: StoreLayout): void {
  if (files.lstat(layout.retired)?.type !== "directory") return;
  for (const { name } of files.readDir(layout.retired)) {
    const place = join(layout.snapshots, name);
    if (files.lstat(place) === undefined) files.rename(join(layout.retired, name), place);
  }
}
