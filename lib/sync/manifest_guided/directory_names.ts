import type { DirectoryEntry, Files } from "../../host/files.ts";

/** What is in a directory of a tree, by its path there; `undefined` when it is no directory. */
export type DirectoryNames = (dir: string) => readonly DirectoryEntry[] | undefined;

/** Looks into each directory of a tree that nobody changes, at most once. */
export function directoryNames(files: Pick<Files, "lstat" | "treeNames">, tree: string): DirectoryNames {
  const known = new Map<string, readonly DirectoryEntry[] | undefined>();
  return (dir) => {
    if (!known.has(dir)) {
      const path = `${tree}/${dir}`;
      known.set(dir, files.lstat(path)?.type === "directory" ? files.treeNames.entries(path) : undefined);
    }
    return known.get(dir);
  };
}
