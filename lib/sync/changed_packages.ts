import { repositoryArea } from "../base/repository_area.ts";
import type { Change } from "../rsync/change.ts";

/** How many packages these changes are about, by the files that are their own. */
export function changedPackages(changes: readonly Change[]): number {
  const names = changes.flatMap(({ path }) => {
    const area = repositoryArea(path);
    return area.kind === "package" ? [area.name] : [];
  });
  return new Set(names).size;
}
