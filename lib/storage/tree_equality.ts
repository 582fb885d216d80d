import { equals } from "@std/bytes/equals";
import { pathOf } from "../base/path_of.ts";
import type { FileStat } from "../host/files.ts";
import type { System } from "../host/system.ts";

/** Signals get their turn after this many directories. */
const DIRECTORIES_A_TURN = 500;

/**
 * Compares two trees entry by entry: names, types, modes, owners, times, link targets and every byte.
 *
 * @returns the path of the first difference from the root (`.` for the root itself), or `undefined` when they are
 *   equal.
 */
export async function firstDifference(
  system: Pick<System, "files" | "clock">,
  a: string,
  b: string,
): Promise<string | undefined> {
  const pending = ["."];
  let directories = 0;
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const [left, right] = [`${a}/${path}`, `${b}/${path}`];
    const [stat, other] = [system.files.lstat(left), system.files.lstat(right)];
    if (stat === undefined || other === undefined || !sameStat(stat, other)) return path;
    if (!sameContents(system.files, { left, right, stat })) return path;
    if (stat.type !== "directory") continue;
    if (++directories % DIRECTORIES_A_TURN === 0) await system.clock.yield();
    const names = system.files.readDir(left).map(({ name }) => name);
    pending.push(...names.map((name) => pathOf(path, name)));
  }
  return undefined;
}

function sameStat(a: FileStat, b: FileStat): boolean {
  const sameSize = a.type === "directory" || a.size === b.size;
  const sameTime = a.type === "symlink" || a.mtimeMs === b.mtimeMs;
  return a.type === b.type && sameSize && sameTime && a.mode === b.mode && a.uid === b.uid && a.gid === b.gid;
}

/** Compares the contents of two entries of one type: bytes, link target, or number of names. */
export function sameContents(
  files: Pick<System["files"], "readBytes" | "readLink" | "readDir">,
  { left, right, stat }: { readonly left: string; readonly right: string; readonly stat: FileStat },
): boolean {
  switch (stat.type) {
    case "file":
      return equals(files.readBytes(left), files.readBytes(right));
    case "symlink":
      return files.readLink(left) === files.readLink(right);
    case "directory":
      return files.readDir(left).length === files.readDir(right).length;
    default:
      return true;
  }
}
