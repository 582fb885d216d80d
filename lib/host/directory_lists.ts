import type { DirectoryEntry, Files } from "./files.ts";
import type { Listing } from "./hash_messages.ts";
import type { HashPool } from "./hash_pool.ts";
import { entryOf } from "./tree_names.ts";

/** Where directories are, and who may list them. */
export interface DirectoryLists {
  readonly files: Pick<Files, "lstat" | "treeNames">;
  readonly pool: Pick<HashPool, "list">;
}

/**
 * Lists directories, in another thread where there is one.
 *
 * @param paths absolute; links are not followed.
 * @returns for each what is in it, in no particular order; `undefined` for what is no directory.
 * @throws an `Error` with an errno name in `.code` for one that cannot be listed.
 */
export async function listAll(
  { files, pool }: DirectoryLists,
  paths: readonly string[],
): Promise<(readonly DirectoryEntry[] | undefined)[]> {
  const listing = await pool.list(paths);
  const found = listing && entriesOf(listing);
  return paths.map((path, index) => found?.[index] ?? listHere(files, path));
}

function listHere(files: DirectoryLists["files"], path: string): DirectoryEntry[] | undefined {
  return files.lstat(path)?.type === "directory" ? files.treeNames.entries(path) : undefined;
}

function entriesOf({ counts, names, types }: Listing): (DirectoryEntry[] | undefined)[] {
  const all = names.split("\0");
  let at = 0;
  return Array.from(counts, (count) => {
    if (count < 0) return undefined;
    const first = at;
    at += count;
    return all.slice(first, at).map((name, index) => entryOf(name, types[first + index]));
  });
}
