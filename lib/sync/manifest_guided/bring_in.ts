import { basename, dirname } from "@std/path";
import { sameButChangeTime, sameStamp, STAMP_WORDS } from "../../host/stamps.ts";
import type { System } from "../../host/system.ts";
import type { SeenFiles } from "../../manifest/seen_files.ts";
import { makeRoom } from "../apply.ts";
import { planUpdate } from "../plan.ts";
import type { Change } from "../../rsync/change.ts";

/** What is brought into a staging tree. */
export interface Arrivals {
  readonly changes: readonly Change[];
  /** Where the files are. */
  readonly incoming: string;
  /** Which of them were found right there; `undefined` where they cannot be told from what they become later. */
  readonly seen: SeenFiles | undefined;
}

/**
 * Makes a staging tree what the mirror has: deletes what is gone and renames what was fetched into place, on the one
 * file system that both are on. Nothing is written to a file that is there already.
 *
 * @returns the files that are still what was seen, with their stamps as they are now.
 */
export async function bringIn(
  { files }: Pick<System, "files">,
  staging: string,
  { changes, incoming, seen }: Arrivals,
): Promise<SeenFiles> {
  const plan = planUpdate(changes);
  // The rename that puts a file in place of a file leaves the old one's inode to the other snapshots.
  const replaced = new Set(changes.filter(({ kind }) => kind === "content").map(({ path }) => path));
  const replacements = plan.replacements.filter((path) => !replaced.has(path));
  await makeRoom({ files }, staging, { ...plan, replacements });
  for (const path of plan.directories) {
    if (files.lstat(`${staging}/${path}`) === undefined) files.mkdir(`${staging}/${path}`, 0o755);
  }
  const followed: SeenFiles = new Map();
  for (const [dir, paths] of Map.groupBy(plan.replacements, (path) => dirname(path))) {
    const names = paths.map((path) => basename(path));
    const stampOf = moveIn(files, {
      from: `${incoming}/${dir}`,
      to: `${staging}/${dir}`,
      names,
      isStamped: seen !== undefined,
    });
    for (const [index, path] of paths.entries()) {
      const stamp = stampOf(index, seen?.get(path));
      if (stamp !== undefined) followed.set(path, stamp);
    }
  }
  const directories = changes.filter(({ kind, type }) => kind !== "delete" && type === "directory");
  for (const { path } of directories) copyAttributes(files, `${incoming}/${path}`, `${staging}/${path}`);
  return followed;
}

/** Files of one directory that go to another one. */
interface Move {
  readonly from: string;
  readonly to: string;
  readonly names: readonly string[];
  /** Whether their stamps are asked for. */
  readonly isStamped: boolean;
}

/**
 * Renames files; tells of each the stamp that it has now, if it was the one that was seen until then and the rename is
 * all that happened to it.
 */
function moveIn(
  files: System["files"],
  { from, to, names, isStamped }: Move,
): (index: number, seen: Uint32Array | undefined) => Uint32Array<ArrayBuffer> | undefined {
  const stamps = isStamped ? files.stamps : undefined;
  const before = stamps?.of(from, names).slice(0, names.length * STAMP_WORDS);
  for (const name of names) files.rename(`${from}/${name}`, `${to}/${name}`);
  const after = stamps?.of(to, names);
  return (index, seen) => {
    const at = index * STAMP_WORDS;
    if (seen === undefined || before === undefined || after === undefined) return undefined;
    const isSame = sameStamp(seen, 0, before, at) && sameButChangeTime(before, at, after, at);
    return isSame ? after.slice(at, at + STAMP_WORDS) : undefined;
  };
}

/** Owner first: a change of it may take mode bits away. */
function copyAttributes(files: System["files"], from: string, to: string): void {
  const [wanted, there] = [files.lstat(from), files.lstat(to)];
  if (wanted?.type !== "directory" || there?.type !== "directory") return;
  if (wanted.uid !== there.uid || wanted.gid !== there.gid) files.lchown(to, wanted.uid, wanted.gid);
  if (wanted.mode !== files.lstat(to)?.mode) files.chmod(to, wanted.mode);
}
