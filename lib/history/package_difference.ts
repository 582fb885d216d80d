import { type KeywordChange, keywordChange } from "./keywords.ts";
import { repositoryArea } from "../base/repository_area.ts";
import type { FileChange } from "./snapshot_difference.ts";

/** What happened to one package. */
export interface PackageChange {
  /** `CATEGORY/PACKAGE` */
  readonly name: string;
  /** `added` and `removed`: in one of the two trees there is no ebuild of it. */
  readonly kind: "added" | "removed" | "changed";
  readonly versions: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly changed: readonly string[];
  };
  /** Of the changed versions. */
  readonly keywords: readonly (KeywordChange & { readonly version: string })[];
}

/** Access to the two trees that are compared. */
export interface ComparedTrees {
  /** Whether a tree has any ebuild of a package. */
  readonly hasEbuild: (tree: "from" | "to", packageName: string) => boolean;
  /** The KEYWORDS of an ebuild; `undefined` when it has none that can be read. */
  readonly keywords: (tree: "from" | "to", packageName: string, version: string) => string | undefined;
}

/** Tells from changed files which packages changed, by name. */
export function packageDifference(changes: readonly FileChange[], trees: ComparedTrees): PackageChange[] {
  const ebuilds = new Map<string, { created: string[]; changed: string[]; deleted: string[] }>();
  for (const { path, kind } of changes) {
    const area = repositoryArea(path);
    if (area.kind !== "package") continue;
    const found = ebuilds.get(area.name) ?? { created: [], changed: [], deleted: [] };
    ebuilds.set(area.name, found);
    if (area.version !== undefined) found[kind].push(area.version);
  }
  return [...ebuilds].sort(([a], [b]) => a < b ? -1 : 1).map(([name, versions]) => ({
    name,
    kind: kindOf(name, trees),
    versions: { added: versions.created, removed: versions.deleted, changed: versions.changed },
    keywords: versions.changed.flatMap((version) => keywordsOf(trees, name, version)),
  }));
}

function kindOf(name: string, { hasEbuild }: ComparedTrees): PackageChange["kind"] {
  if (!hasEbuild("from", name)) return "added";
  return hasEbuild("to", name) ? "changed" : "removed";
}

function keywordsOf({ keywords }: ComparedTrees, name: string, version: string): PackageChange["keywords"] {
  const change = keywordChange(keywords("from", name, version) ?? "", keywords("to", name, version) ?? "");
  return change === undefined ? [] : [{ version, ...change }];
}
