import { dirname } from "@std/path";
import { directoriesAbove } from "../base/directories_above.ts";
import { pathOf } from "../base/path_of.ts";
import { isHidden } from "./ignored_paths.ts";
import type { KeptEntries } from "./kept_entries.ts";
import type { ManifestDifference } from "./manifest_difference.ts";

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
 * a file twice. That shows in what is listed of its directory (listed_files.ts), but for hidden names.
 */
export function whyUnproven({ differences, changed, uncovered, ignores }: ChangedTree): string | undefined {
  if (differences.some(({ ignoresOther }) => ignoresOther)) return "other paths are ignored";
  // What is listed of them in directories that change does not count, so one that goes could be listed once more.
  const hidden = changed.find(isHidden);
  if (hidden !== undefined) return `${hidden} has a hidden name`;
  const ignored = new Set(differences.flatMap(({ ignored }) => ignored));
  const paths = new Set(changed);
  const dirs = new Set(changed.map((path) => dirname(path)));
  const above = new Set([...dirs].flatMap((dir) => [dir, ...directoriesAbove(dir), "."]));
  const isIgnored = (path: string) => [path, ...directoriesAbove(path), "."].some((one) => ignored.has(one));
  if ([...ignored].some((path) => paths.has(path) || above.has(path))) return `${changed.find(isIgnored)} is ignored`;
  for (const { kept } of differences) {
    const beside = kept.find(({ areManifests, dir }) => areManifests && above.has(dir));
    if (beside !== undefined) return `${unchangedIn(beside)} may list what changed`;
  }
  const open = uncovered.find((path) => paths.has(path) || !(ignored.has(path) || ignores(path)));
  return open && `${open} is not ignored`;
}

function unchangedIn(entries: KeptEntries): string {
  return `the unchanged Manifest ${pathOf(entries.dir, entries.names()[0] ?? "")}`;
}
