import { basename, dirname } from "@std/path";
import { addSum, type ListedNames, sumOfNames } from "../host/expected_names.ts";
import type { FileEntry } from "./entry.ts";
import { isHidden } from "./ignored_paths.ts";
import type { KeptEntries } from "./kept_entries.ts";

/** What Manifests say, as far as they were opened. */
export interface ListedEntries {
  /** Entries that are new, or say something else than before. */
  readonly changed: readonly Pick<FileEntry, "path">[];
  readonly kept: Iterable<KeptEntries>;
}

/** The files that must be in some directories, but for hidden ones. `.` is the root. */
export function listedFiles(
  dirs: readonly string[],
  { changed, kept }: ListedEntries,
): ReadonlyMap<string, ListedNames> {
  const listed = new Map(dirs.map((dir) => [dir, new DirectoryFiles()]));
  for (const { path } of changed) if (!isHidden(path)) listed.get(dirname(path))?.changed.push(basename(path));
  for (const entries of kept) {
    const inside = listed.get(entries.dir);
    if (inside === undefined || entries.dir !== "." && isHidden(entries.dir)) continue;
    inside.kept.push(entries);
  }
  return listed;
}

class DirectoryFiles implements ListedNames {
  readonly changed: string[] = [];
  readonly kept: KeptEntries[] = [];

  get sum(): Uint32Array<ArrayBuffer> {
    const sum = sumOfNames(this.changed);
    for (const entries of this.kept) addSum(sum, entries.sum);
    return sum;
  }

  names(): readonly string[] | undefined {
    const changed = new Set(this.changed);
    const kept = this.kept.flatMap((entries) => entries.names()).filter((name) => !isHidden(name));
    return kept.some((name) => changed.has(name)) ? undefined : [...changed, ...kept];
  }
}
