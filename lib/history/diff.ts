import { join } from "@std/path";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { listSnapshots } from "../store/snapshots.ts";
import { findSnapshot } from "./find_snapshot.ts";
import { cachedKeywords, writtenKeywords } from "./keywords.ts";
import { type MaskDifference, maskDifference } from "./masks.ts";
import { type ComparedTrees, type PackageChange, packageDifference } from "./package_difference.ts";
import { type RepositoryArea, repositoryArea } from "../base/repository_area.ts";
import { type FileChange, type SnapshotDifference, snapshotDifference } from "./snapshot_difference.ts";
import { type SnapshotStore, snapshotStore } from "./snapshot_store.ts";

/** What differs between two snapshots, by what it means to a consumer. */
export interface RepositoryDifference extends MaskDifference {
  readonly from: number;
  readonly to: number;
  readonly source: SnapshotDifference["source"];
  readonly packages: readonly PackageChange[];
  readonly eclasses: readonly NamedChange[];
  readonly profiles: readonly NamedChange[];
  readonly news: readonly NamedChange[];
  readonly glsas: readonly NamedChange[];
  /** Every file, the ones above included. */
  readonly files: readonly FileChange[];
}

/** An eclass, a file of profiles, a news item or a GLSA. */
export interface NamedChange {
  readonly name: string;
  readonly kind: FileChange["kind"];
}

/**
 * Compares two snapshots of a repository: unless given, `to` is the latest and `from` the one before `to`.
 *
 * @throws {Fault} `usage` when there is no such snapshot.
 */
export function diffSnapshots(
  system: Pick<System, "files">,
  repository: Repository,
  ids: { readonly from?: number | undefined; readonly to?: number | undefined } = {},
): RepositoryDifference {
  const store = snapshotStore(repository);
  const to = findSnapshot(system, store, ids.to);
  const from = findSnapshot(system, store, ids.from ?? idBefore(system, store, to.id));
  const { changes, source } = snapshotDifference(system, store.layout, { from, to });
  const named = (kind: RepositoryArea["kind"]) => namedChanges(changes, kind);
  return {
    from: from.id,
    to: to.id,
    source,
    packages: packageDifference(changes, comparedTrees(system, { from: from.path, to: to.path })),
    ...maskDifference(system.files, { from: from.path, to: to.path }),
    eclasses: named("eclass"),
    profiles: named("profiles"),
    news: named("news"),
    glsas: named("glsa"),
    files: changes,
  };
}

function idBefore({ files }: Pick<System, "files">, { layout, rcu: { name } }: SnapshotStore, id: number): number {
  const before = listSnapshots(files, layout).filter((snapshot) => snapshot.id < id).at(-1);
  if (before !== undefined) return before.id;
  throw new Fault("usage", `Repository ${quoted(name)} has no snapshot before ${id} to compare with`, {
    hint: "The next sync makes another one",
  });
}

/** One row for each name, though a news item has a file for each language. */
function namedChanges(changes: readonly FileChange[], wanted: RepositoryArea["kind"]): NamedChange[] {
  const found = new Map<string, FileChange["kind"]>();
  for (const { path, kind } of changes) {
    const area = repositoryArea(path);
    if (area.kind !== wanted || !("name" in area)) continue;
    const before = found.get(area.name);
    found.set(area.name, before === undefined || before === kind ? kind : "changed");
  }
  return [...found].map(([name, kind]) => ({ name, kind }));
}

function comparedTrees({ files }: Pick<System, "files">, trees: Record<"from" | "to", string>): ComparedTrees {
  const read = (path: string) => files.lstat(path)?.type === "file" ? files.readTextIfAny(path) : undefined;
  return {
    hasEbuild: (tree, name) => {
      const dir = join(trees[tree], name);
      return files.lstat(dir)?.type === "directory" &&
        files.readDir(dir).some((entry) => entry.name.endsWith(".ebuild"));
    },
    keywords: (tree, name, version) => {
      const base = name.slice(name.indexOf("/") + 1);
      const entry = read(join(trees[tree], "metadata/md5-cache", `${name}-${version}`));
      const ebuild = read(join(trees[tree], name, `${base}-${version}.ebuild`)) ?? "";
      return writtenKeywords(ebuild) ?? (entry === undefined ? undefined : cachedKeywords(entry));
    },
  };
}
