import { isErrno } from "../base/errno.ts";
import type { System } from "../host/system.ts";
import type { StoreLayout } from "../store/layout.ts";
import { type FollowedLinks, followLinks } from "./followed_links.ts";

type TrashSystem = Pick<System, "files" | "clock">;

/** Others get their turn after this many directories. */
const DIRECTORIES_A_TURN = 100;

/**
 * Removes what the trash holds, and lets the state of the verified files follow: those trees share their files with
 * the latest snapshot. Needs the lock.
 *
 * A process that still writes there may leave something for the next time.
 *
 * @param signal ends it early, without an error; what is left is left for the next time.
 */
export async function emptyTrash(system: TrashSystem, layout: StoreLayout, signal?: AbortSignal): Promise<void> {
  const { files } = system;
  const names = files.readDir(layout.trash).map(({ name }) => name);
  if (names.length === 0 || signal?.aborted) return;
  const links = followLinks(files, layout);
  // What need not be followed or ended early goes faster in one call.
  if (links !== undefined || signal !== undefined) {
    try {
      for (const name of names) await emptyTree(system, treeIn(files, `${layout.trash}/${name}`), { links, signal });
    } finally {
      links?.save();
    }
  }
  if (signal?.aborted) return;
  for (const name of names) await removeRest(files, `${layout.trash}/${name}`);
}

/** Names that could not be spelled, and what is no directory at all. */
async function removeRest(files: System["files"], path: string): Promise<void> {
  try {
    await files.removeTree(path);
  } catch (error) {
    if (!isErrno(error, "ENOTEMPTY", "EEXIST")) throw error;
  }
}

/** What was rejected has its tree beside a report. */
function treeIn(files: System["files"], path: string): string {
  const tree = `${path}/tree`;
  return /\/rejected\.\d+$/.test(path) && files.lstat(tree)?.type === "directory" ? tree : path;
}

/** Removes a tree, innermost directories first, but for what gets in the way. */
async function emptyTree(
  { files, clock }: TrashSystem,
  root: string,
  { links, signal }: { readonly links: FollowedLinks | undefined; readonly signal: AbortSignal | undefined },
): Promise<void> {
  if (files.lstat(root)?.type !== "directory") return;
  const pending = [{ directory: ".", isListed: false }];
  for (let done = 0; pending.length > 0; done++) {
    if (done % DIRECTORIES_A_TURN === 0) await clock.yield();
    if (signal?.aborted) return;
    const { directory, isListed } = pending.pop() ?? { directory: ".", isListed: true };
    try {
      if (isListed) files.rmdir(`${root}/${directory}`);
      else {
        pending.push({ directory, isListed: true });
        const below = removeFiles(files, root, { directory, links });
        pending.push(...below.map((directory) => ({ directory, isListed: false })));
      }
    } catch (error) {
      // A name that cannot be spelled, or one that came or went meanwhile.
      if (!isErrno(error, "ENOENT", "ENOTEMPTY", "EEXIST", "ENOTDIR", "EBUSY", "EINVAL")) throw error;
    }
  }
}

/** Removes the files of one directory; returns the directories in it. */
function removeFiles(
  files: System["files"],
  root: string,
  { directory, links }: { readonly directory: string; readonly links: FollowedLinks | undefined },
): string[] {
  const prefix = directory === "." ? "" : `${directory}/`;
  const entries = files.readDir(`${root}/${directory}`);
  const names = entries.filter(({ isDirectory }) => !isDirectory).map(({ name }) => name);
  const remove = () => names.forEach((name) => files.unlink(`${root}/${prefix}${name}`));
  if (links === undefined || names.length === 0) remove();
  else links.across(directory, names, remove);
  return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => prefix + name);
}
