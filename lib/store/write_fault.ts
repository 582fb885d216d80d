import { isErrno } from "../base/errno.ts";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";

/** Explains why `path` in a store could not be written; any other error is returned as it is. */
export function writeFault(path: string, error: unknown): unknown {
  if (isErrno(error, "ENOSPC", "EDQUOT")) {
    return new Fault("disk-full", `No space left to write ${quoted(path)}`, {
      hint: "Free some space or inodes; what was published before is untouched",
      cause: error,
    });
  }
  if (isErrno(error, "EROFS")) {
    return new Fault("store", `Cannot write ${quoted(path)}: its file system is read-only`, {
      hint: "Mount it for writing",
      cause: error,
    });
  }
  if (!isErrno(error, "EACCES", "EPERM")) return error;
  return new Fault("store", `No permission to write ${quoted(path)}`, {
    hint: "Run rcusync as root, or as the user who owns the store",
    cause: error,
  });
}
