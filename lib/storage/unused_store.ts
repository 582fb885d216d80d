import { isErrno } from "../base/errno.ts";
import type { System } from "../host/system.ts";
import type { StoreLayout } from "../store/layout.ts";

/**
 * Removes a store that this run made and published nothing in, so that a failed or needless sync leaves no trace. A
 * store that holds anything stays. Needs the lock; the lock file goes with it, which those who wait for it notice.
 */
export async function removeUnusedStore({ files }: Pick<System, "files">, layout: StoreLayout): Promise<void> {
  const isEmpty = (dir: string) => files.lstat(dir)?.type === "directory" && files.readDir(dir).length === 0;
  if (!isEmpty(layout.snapshots) || files.lstat(layout.update) !== undefined) return;
  if (files.lstat(layout.latest) !== undefined || files.lstat(layout.rejected) !== undefined) return;
  try {
    files.rmdir(layout.snapshots);
    await files.removeTree(layout.own);
    files.rmdir(layout.dir);
  } catch (error) {
    // Who waits for the lock makes the directories anew meanwhile; a mount point stays.
    if (!isErrno(error, "ENOENT", "ENOTEMPTY", "EEXIST", "EBUSY", "EACCES")) throw error;
  }
}
