import { dirname } from "@std/path";
import { isErrno } from "../base/errno.ts";
import type { Files } from "../host/files.ts";
import type { Problem, ProblemCode } from "../manifest/problem.ts";

/** What a mirror in the middle of its own update looks like. */
const PASSING: ReadonlySet<ProblemCode> = new Set(["manifest-mismatch", "stray", "missing", "size", "digest"]);

/** Tells whether a problem may be gone in a moment; everything else does not mend itself. */
export function isPassing({ code }: Problem): boolean {
  return PASSING.has(code);
}

/**
 * Removes the files that are not what they should be from a tree: rsync passes over a file whose size and time are
 * right. Nothing is removed through a link that leads out of the tree.
 */
export function dropMismatches(
  files: Pick<Files, "lstat" | "realPath" | "unlink">,
  tree: string,
  problems: readonly Problem[],
): void {
  const root = files.realPath(tree);
  for (const { code, path } of problems) {
    if (code !== "manifest-mismatch" && code !== "size" && code !== "digest") continue;
    const full = `${root}/${path}`;
    const dir = realDir(files, full);
    if (dir === undefined || !`${dir}/`.startsWith(`${root}/`)) continue;
    const type = files.lstat(full)?.type;
    if (type === "file" || type === "symlink") files.unlink(full);
  }
}

function realDir(files: Pick<Files, "realPath">, path: string): string | undefined {
  try {
    return files.realPath(dirname(path));
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
}
