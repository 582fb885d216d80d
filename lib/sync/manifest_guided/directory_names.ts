import type { DirectoryEntry, Files, FileStat } from "../../host/files.ts";

/** What is in the directories of a tree, by their paths there. */
export interface DirectoryNames {
  /** `undefined` when it is no directory. */
  entries(dir: string): readonly DirectoryEntry[] | undefined;
  /** Names of the directories in it. */
  directories(dir: string): readonly string[];
  /** Whether it certainly holds no directory; for one that is none, too. */
  isLeaf(dir: string): boolean;
  /** Bytes that it takes itself: the more names, the more; `undefined` when it is no directory. */
  size(dir: string): number | undefined;
}

/** What a directory without others in it has: its own name and `.`, on file systems that count `..` as a link. */
const LINKS_OF_A_LEAF = 2;

/** Looks into each directory of a tree that nobody changes, at most once. */
export function directoryNames(files: Pick<Files, "lstat" | "treeNames">, tree: string): DirectoryNames {
  const [stats, known] = [new Map<string, FileStat | undefined>(), new Map<string, readonly DirectoryEntry[]>()];
  const statOf = (dir: string) => {
    if (!stats.has(dir)) stats.set(dir, files.lstat(`${tree}/${dir}`));
    const stat = stats.get(dir);
    return stat?.type === "directory" ? stat : undefined;
  };
  const entries = (dir: string) => {
    if (statOf(dir) === undefined) return undefined;
    const listed = known.get(dir) ?? files.treeNames.entries(`${tree}/${dir}`);
    known.set(dir, listed);
    return listed;
  };
  const isLeaf = (dir: string) => (statOf(dir)?.nlink ?? LINKS_OF_A_LEAF) === LINKS_OF_A_LEAF;
  return {
    entries,
    isLeaf,
    directories: (dir) => {
      if (isLeaf(dir)) return [];
      return (entries(dir) ?? []).flatMap(({ name, isDirectory }) => isDirectory ? name : []);
    },
    size: (dir) => statOf(dir)?.size,
  };
}
