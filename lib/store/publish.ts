import { join } from "@std/path";
import { isErrno } from "../base/errno.ts";
import type { System } from "../host/system.ts";
import { type Journal, writeJournal } from "./journal.ts";
import { snapshotDir, type StoreLayout } from "./layout.ts";
import { removeStagingNote, writeStagingNote } from "./staging_note.ts";

/**
 * Publishes the finished staging tree as snapshot `journal.id` and returns its directory.
 *
 * Three barriers keep a power cut from publishing what is not on the medium yet: contents before their number, the
 * number before the link, the link before the report. The commit point is the rename of the link over `latest`. What
 * is cut off between number and link is told by the staging note, and is finished by recovery.
 */
export async function publishStaging(
  system: Pick<System, "files" | "environment">,
  layout: StoreLayout,
  journal: Journal,
): Promise<string> {
  const { files, environment } = system;
  const { id, base } = journal;
  const snapshot = snapshotDir(layout, id);
  writeStagingNote(files, layout, { phase: "publish", snapshot: id, base, bootId: environment.bootId ?? null });
  writeJournal(files, layout, journal);
  files.setMtimeMs(layout.update, journal.publishedMs);
  await files.flush(layout.dir);
  files.rename(layout.update, snapshot);
  await files.flush(layout.dir);
  pointLatest(system, layout, id);
  await files.flush(layout.dir);
  removeStagingNote(files, layout);
  return snapshot;
}

/** Makes `latest` name snapshot `id`. The rename is the commit point; the caller flushes before and after. */
export function pointLatest(system: Pick<System, "files">, layout: StoreLayout, id: number): void {
  const { files } = system;
  const fresh = join(layout.own, "latest.new");
  removeIfThere(system, fresh);
  files.symlink(`snapshots/${id}`, fresh);
  // Portage leaves an empty directory here when the store was lost; a link cannot be renamed over one.
  if (files.lstat(layout.latest)?.type === "directory") files.rmdir(layout.latest);
  files.rename(fresh, layout.latest);
}

/** Removes the links that a crash inside a swap leaves behind: ours, and Portage's `latest.new`. */
export function removeSwapLeftovers(system: Pick<System, "files">, layout: StoreLayout): void {
  for (const path of [join(layout.own, "latest.new"), join(layout.dir, "latest.new")]) removeIfThere(system, path);
}

/** Only a link: what else bears the name is not ours. */
function removeIfThere({ files }: Pick<System, "files">, path: string): void {
  if (files.lstat(path)?.type !== "symlink") return;
  try {
    files.unlink(path);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}
