import type { System } from "../host/system.ts";

/** What a snapshot takes, in bytes as stat(2) has them: not in the blocks that they are rounded up to. */
export interface SnapshotSize {
  /** In files that other snapshots have as well; removing this one frees nothing of it. */
  readonly shared: number;
  /** In files that no other tree has, and in directories, of which every tree has its own. */
  readonly own: number;
}

/** Signals get their turn after this many directories. */
const DIRECTORIES_A_TURN = 500;

/**
 * Adds up the directories and files of a snapshot, the files by whether they have further hard links. A file that the
 * reserve shares counts as shared, too. Looks at every entry of the tree.
 */
export async function snapshotSize(
  { files, clock }: Pick<System, "files" | "clock">,
  dir: string,
  signal: AbortSignal,
): Promise<SnapshotSize> {
  const size = { shared: 0, own: 0 };
  const pending = [dir];
  for (let looked = 1; pending.length > 0; looked++) {
    const at = pending.pop() ?? dir;
    size.own += files.lstat(at)?.size ?? 0;
    for (const { name, isDirectory } of files.readDir(at)) {
      const path = `${at}/${name}`;
      if (isDirectory) pending.push(path);
      const stat = isDirectory ? undefined : files.lstat(path);
      if (stat !== undefined) size[stat.nlink > 1 ? "shared" : "own"] += stat.size;
    }
    if (looked % DIRECTORIES_A_TURN === 0) {
      await clock.yield();
      signal.throwIfAborted();
    }
  }
  return size;
}
