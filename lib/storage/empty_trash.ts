import { errnoOf } from "../base/errno.ts";
import type { Files } from "../host/files.ts";
import type { StoreLayout } from "../store/layout.ts";
import { emptyTrash as removeAll } from "../store/trash.ts";
import { type FollowedLinks, followLinks } from "./followed_links.ts";

/**
 * Removes what the trash holds, and lets the state of the verified files follow: those trees share their files with
 * the latest snapshot. Needs the lock.
 */
export async function emptyTrash(files: Files, layout: StoreLayout): Promise<void> {
  if (files.readDir(layout.trash).length === 0) return;
  const links = followLinks(files, layout);
  if (links === undefined) return await removeAll(files, layout);
  await removeAll({ readDir: files.readDir, removeTree: (path) => removeTree(files, path, links) }, layout);
  links.save();
}

async function removeTree(files: Files, path: string, links: FollowedLinks): Promise<void> {
  try {
    if (files.lstat(path)?.type === "directory") emptyTree(files, treeIn(files, path), links);
  } catch (error) {
    // A name that cannot be spelled, or one that came or went meanwhile; what is left goes without being followed.
    if (errnoOf(error) === undefined) throw error;
  }
  await files.removeTree(path);
}

/** What was rejected has its tree beside a report. */
function treeIn(files: Pick<Files, "lstat">, path: string): string {
  const tree = `${path}/tree`;
  return /\/rejected\.\d+$/.test(path) && files.lstat(tree)?.type === "directory" ? tree : path;
}

/** Removes all files below a directory of the tree at `root`. */
function emptyTree(files: Files, root: string, links: FollowedLinks, directory = "."): void {
  const entries = files.readDir(`${root}/${directory}`);
  const prefix = directory === "." ? "" : `${directory}/`;
  for (const { name, isDirectory } of entries) if (isDirectory) emptyTree(files, root, links, prefix + name);
  const names = entries.filter(({ isDirectory }) => !isDirectory).map(({ name }) => name);
  if (names.length === 0) return;
  links.across(directory, names, () => names.forEach((name) => files.unlink(`${root}/${prefix}${name}`)));
}
