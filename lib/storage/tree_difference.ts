import type { Files, FileStat } from "../host/files.ts";
import type { Change, EntryType } from "../rsync/change.ts";
import { sameContents } from "./tree_equality.ts";

/**
 * The changes that lead from one tree to another, found by comparing them entry by entry; for updates of which rsync
 * did not tell what it changed. What is one inode is equal; other files are equal when size, mode, owner, time and
 * every byte are.
 *
 * @param skip names directly below the root that are passed over.
 */
export function treeDifference(
  files: Pick<Files, "lstat" | "readDir" | "readLink" | "readBytes">,
  { from, to, skip = new Set() }: { readonly from: string; readonly to: string; readonly skip?: ReadonlySet<string> },
): Change[] {
  const changes: Change[] = [];
  const pending = [""];
  for (let dir = pending.pop(); dir !== undefined; dir = pending.pop()) {
    const names = (tree: string) => new Set(namesOf(files, `${tree}/${dir}`).filter((n) => dir !== "" || !skip.has(n)));
    const before = names(from);
    const after = names(to);
    for (const name of after) {
      const path = dir === "" ? name : `${dir}/${name}`;
      const old = before.has(name) ? files.lstat(`${from}/${path}`) : undefined;
      const now = files.lstat(`${to}/${path}`);
      if (now === undefined) continue;
      const kind = difference(old, now) ?? contentDifference(files, { from, to, path, old, now });
      if (kind !== undefined) changes.push({ path, type: entryType(now), kind, size: now.size });
      if (now.type === "directory") pending.push(path);
      // What a directory held is gone with it, though the names are not looked at from the other side.
      if (old?.type === "directory" && now.type !== "directory") deleteBelow(files, { from, path, changes });
    }
    for (const name of before) {
      if (!after.has(name)) deleteTree(files, { from, path: dir === "" ? name : `${dir}/${name}`, changes });
    }
  }
  return changes;
}

/** What stat tells; contents are another matter. */
function difference(old: FileStat | undefined, now: FileStat): Change["kind"] | undefined {
  if (old === undefined || old.type !== now.type) return "create";
  const sameTime = now.type !== "file" || old.mtimeMs === now.mtimeMs;
  const sameOwner = old.uid === now.uid && old.gid === now.gid;
  if (now.type !== "directory" && (old.size !== now.size)) return "content";
  return sameTime && sameOwner && old.mode === now.mode ? undefined : "attributes";
}

function contentDifference(
  files: Pick<Files, "readLink" | "readBytes" | "readDir">,
  { from, to, path, old, now }: {
    readonly from: string;
    readonly to: string;
    readonly path: string;
    readonly old: FileStat | undefined;
    readonly now: FileStat;
  },
): "content" | undefined {
  if (now.type === "directory" || (old?.ino === now.ino && old.dev === now.dev)) return undefined;
  const pair = { left: `${from}/${path}`, right: `${to}/${path}`, stat: now };
  return sameContents(files, pair) ? undefined : "content";
}

interface Deletion {
  readonly from: string;
  readonly path: string;
  readonly changes: Change[];
}

function deleteTree(files: Pick<Files, "lstat" | "readDir">, { from, path, changes }: Deletion): void {
  const stat = files.lstat(`${from}/${path}`);
  if (stat === undefined) return;
  if (stat.type === "directory") deleteBelow(files, { from, path, changes });
  changes.push({ path, type: entryType(stat), kind: "delete", size: 0 });
}

function deleteBelow(files: Pick<Files, "lstat" | "readDir">, { from, path, changes }: Deletion): void {
  for (const name of namesOf(files, `${from}/${path}`)) deleteTree(files, { from, path: `${path}/${name}`, changes });
}

function namesOf(files: Pick<Files, "lstat" | "readDir">, dir: string): string[] {
  return files.lstat(dir)?.type === "directory" ? files.readDir(dir).map(({ name }) => name) : [];
}

function entryType(stat: FileStat): EntryType {
  switch (stat.type) {
    case "file":
    case "directory":
    case "symlink":
      return stat.type;
    case "block":
    case "char":
      return "device";
    case "fifo":
    case "socket":
      return "special";
  }
}
