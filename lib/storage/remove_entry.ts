import { isErrno } from "../base/errno.ts";
import type { Files } from "../host/files.ts";

/**
 * Removes an entry that is gone from the mirror. A directory that still holds something stays: it has entries that are
 * excluded, which the mirror does not rule. Nothing there is fine.
 */
export function removeEntry(files: Pick<Files, "tryUnlink" | "rmdir">, path: string): void {
  if (files.tryUnlink(path) !== "directory") return;
  try {
    files.rmdir(path);
  } catch (error) {
    if (!isErrno(error, "ENOTEMPTY", "EEXIST")) throw error;
  }
}
