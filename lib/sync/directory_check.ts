import { dirname } from "@std/path";
import type { Files } from "../host/files.ts";

/**
 * Returns what tells whether a directory below `root` exists, by its path from there, `.` for the root; it throws what
 * `refuse` gives when it, or one above it, is something else. It looks once at each: for as long as they only ever
 * vanish, and what is below a vanished one is not there either.
 */
export function directoryCheck(
  files: Pick<Files, "lstat">,
  root: string,
  refuse: (dir: string, type: string) => Error,
): (dir: string) => boolean {
  const known = new Map([[".", true]]);
  const stands = (dir: string): boolean => {
    const before = known.get(dir);
    if (before !== undefined) return before;
    const type = stands(dirname(dir)) ? files.lstat(`${root}/${dir}`)?.type : undefined;
    if (type !== undefined && type !== "directory") throw refuse(dir, type);
    known.set(dir, type !== undefined);
    return type !== undefined;
  };
  return stands;
}
