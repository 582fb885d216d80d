import type { System } from "../host/system.ts";
import { removeJournal } from "../store/journal.ts";
import { snapshotDir, type StoreLayout } from "../store/layout.ts";
import { latestSnapshot } from "../store/snapshots.ts";
import { readStagingNote, removeStagingNote } from "../store/staging_note.ts";
import { moveToTrash } from "../store/trash.ts";
import { emptyTrash } from "./empty_trash.ts";
import { dropMigration, readMigration } from "./migration.ts";

/** Removes the staging tree and all that a commit did before it failed, unless that is published. Needs the lock. */
export async function abortStaging(system: Pick<System, "files" | "clock">, layout: StoreLayout): Promise<void> {
  const { files } = system;
  const note = readStagingNote(files, layout);
  const latest = latestSnapshot(files, layout)?.id;
  if (note?.phase === "publish" && note.snapshot !== latest) {
    const numbered = snapshotDir(layout, note.snapshot);
    if (files.lstat(numbered) !== undefined) moveToTrash(files, layout, numbered);
    removeJournal(files, layout, note.snapshot);
  }
  if (files.lstat(layout.update) !== undefined) moveToTrash(files, layout, layout.update);
  removeStagingNote(files, layout);
  const migration = readMigration({ files }, layout);
  if (migration !== undefined && migration.newId !== latest) await dropMigration({ files }, layout, migration);
  await files.removeTree(layout.migrated);
  await emptyTrash(system, layout);
}
