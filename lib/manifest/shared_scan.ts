import { errnoOf } from "../base/errno.ts";
import { LOCAL_NAMES } from "../base/local_names.ts";
import type { DirectoryEntry } from "../host/files.ts";
import type { System } from "../host/system.ts";
import type { SharedList } from "../host/shared_list.ts";

/** Trees below the root of a tree, that another thread helps to list. */
export interface SharedScan extends SharedList {
  /** Names in the root. */
  readonly names: readonly string[];
}

/** Directories in the root of a tree that is worth another thread: a repository of this many categories. */
const WORTH_SHARING = 64;

/** Has a file for each ebuild. */
const LARGEST = "metadata";

/**
 * Has another thread begin to list the tree at `root`; `undefined` when it is small, or there is no thread to be had.
 *
 * @param options whether stamps are wanted, and how many threads may be used.
 */
export function shareScan(
  { files }: Pick<System, "files">,
  root: string,
  { stamps, jobs }: { readonly stamps: boolean; readonly jobs: number },
): SharedScan | undefined {
  if (jobs < 2) return undefined;
  const names = entriesOf(files, root).filter(({ isDirectory }) => isDirectory).map(({ name }) => name)
    // Names that are not valid UTF-8 are none to be passed on.
    .filter((name) => !name.startsWith(".") && !name.includes("\ufffd") && !LOCAL_NAMES.has(name));
  if (names.length < WORTH_SHARING) return undefined;
  // Taken last it would keep one of the threads busy when the other has nothing left.
  names.sort((a, b) => Number(b === LARGEST) - Number(a === LARGEST));
  const shared = files.treeNames.share(names.map((name) => `${root}/${name}`), { stamps });
  return shared && { ...shared, names };
}

/** What is wrong with the root is found out by the scan itself. */
function entriesOf(files: System["files"], root: string): readonly DirectoryEntry[] {
  try {
    return files.readDir(root);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return [];
  }
}
