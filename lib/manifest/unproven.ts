import { basename, dirname } from "@std/path";
import { directoriesAbove } from "../base/directories_above.ts";
import { type ManifestDifference, pathOf } from "./manifest_difference.ts";

/** A verified tree and what was done to it. */
export interface ChangedTree {
  /** Of every Manifest that changed, the top-level one among them. */
  readonly differences: readonly ManifestDifference[];
  /** Covered files that came, changed or went. */
  readonly changed: readonly string[];
  /** Files that came, changed or went and that must be ignored. */
  readonly uncovered: readonly string[];
  /** Whether the directory's Manifests in the verified tree ignore a file there. */
  readonly ignores: (path: string) => boolean;
}

/**
 * Why it does not follow that a tree is right as a whole when it is a verified one to which was done what the changed
 * Manifests say, and every changed file is right; `undefined` when it does follow.
 *
 * An entry in a Manifest that did not change could speak of a file that did: only Manifests in the directories above a
 * file can (a Manifest speaks of what is below it), so it is enough that all of those changed too, and that none lists
 * a file twice (section 8).
 */
export function whyUnproven({ differences, changed, uncovered, ignores }: ChangedTree): string | undefined {
  if (differences.some(({ ignoresOther }) => ignoresOther)) return "other paths are ignored";
  const ignored = new Set(differences.flatMap(({ ignored }) => ignored));
  const paths = new Set(changed);
  const names = namesByDirectory(changed);
  const above = new Set([...names.keys()].flatMap((dir) => [dir, ...directoriesAbove(dir), "."]));
  const isIgnored = (path: string) => [path, ...directoriesAbove(path), "."].some((one) => ignored.has(one));
  if ([...ignored].some((path) => paths.has(path) || above.has(path))) return `${changed.find(isIgnored)} is ignored`;
  for (const { kept } of differences) {
    for (const { dir, names: keptNames, manifests } of kept) {
      const changedNames = names.get(dir);
      const twice = changedNames && keptNames.find((name) => changedNames.has(name));
      if (twice !== undefined) return `${pathOf(dir, twice)} is listed more than once`;
      const [beside] = manifests;
      if (beside === undefined || !above.has(dir)) continue;
      return `the unchanged Manifest ${pathOf(dir, beside)} may list what changed`;
    }
  }
  const open = uncovered.find((path) => paths.has(path) || !(ignored.has(path) || ignores(path)));
  return open && `${open} is not ignored`;
}

/** `.` is the root. */
function namesByDirectory(paths: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byDirectory = Map.groupBy(paths, (path) => dirname(path));
  return new Map([...byDirectory].map(([dir, inside]) => [dir, new Set(inside.map((path) => basename(path)))]));
}
