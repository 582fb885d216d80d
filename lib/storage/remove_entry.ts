import { isErrno } from "../base/errno.ts";
import type { Files } from "../host/files.ts";

/**
 * Removes an entry that is gone from the mirror. A directory that still holds something stays: it has entries that are
 * excluded, which the mirror does not rule. Nothing there is fine.
 */
export function removeEntry(files: Pick<Files, "lstat" | "unlink" | "rmdir">, path: string): void {
  const stat = files.lstat(path);
  if (stat === undefined) return;
  if (stat.type !== "directory") return files.unlink(path);
  try {
    files.rmdir(path);
  } catch (error) {
    if (!isErrno(error, "ENOTEMPTY", "EEXIST")) throw error;
  }
}
