import { directoriesAbove } from "../../base/directories_above.ts";
import type { ManifestDifference } from "../../manifest/manifest_difference.ts";

/** What directories are looked up in. */
export type DirectorySet = Pick<ReadonlySet<string>, "has">;

/**
 * The directories that hold a file, somewhere below them, of which Manifests that were opened say the same on both
 * sides. Of the tens of thousands that these list, only those that a Manifest above a directory lists are gone through,
 * once that directory is looked up.
 */
export function keptDirectories(differences: readonly ManifestDifference[]): DirectorySet {
  const byPlace = Map.groupBy(differences.filter(({ kept }) => kept.length > 0), ({ dir }) => dir);
  const above = new Set([...byPlace.keys()].flatMap(directoriesAbove));
  const listed = new Map<string, ReadonlySet<string>>();
  const listedFrom = (place: string): ReadonlySet<string> => {
    const found = listed.get(place) ?? listedIn(byPlace.get(place) ?? []);
    listed.set(place, found);
    return found;
  };
  return {
    has: (dir) => above.has(dir) || [dir, ...directoriesAbove(dir), "."].some((place) => listedFrom(place).has(dir)),
  };
}

function listedIn(differences: readonly ManifestDifference[]): ReadonlySet<string> {
  const dirs = new Set<string>();
  for (const { kept } of differences) {
    for (const { dir } of kept) {
      if (dirs.has(dir)) continue;
      dirs.add(dir);
      for (const outer of directoriesAbove(dir)) {
        if (dirs.has(outer)) break;
        dirs.add(outer);
      }
    }
  }
  return dirs;
}
