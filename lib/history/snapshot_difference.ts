import type { System } from "../host/system.ts";
import { treeDifference } from "../storage/tree_difference.ts";
import { isDescribedBy, type Journal, readJournal } from "../store/journal.ts";
import type { StoreLayout } from "../store/layout.ts";
import { listSnapshots, type Snapshot } from "../store/snapshots.ts";

/** One path that is not the same in two snapshots; directories are not listed. */
export interface FileChange {
  readonly path: string;
  readonly kind: "created" | "changed" | "deleted";
}

/** All that differs between two snapshots. */
export interface SnapshotDifference {
  /** By path. */
  readonly changes: readonly FileChange[];
  /** Whether the journals told where to look, or every entry of both trees was compared. */
  readonly source: "journals" | "comparison";
}

/**
 * Finds what differs between two snapshots of a store. With journals from one to the other the cost follows the
 * changes; else both trees are walked, where one inode is one file.
 */
export function snapshotDifference(
  { files }: Pick<System, "files">,
  layout: StoreLayout,
  { from, to }: { readonly from: Snapshot; readonly to: Snapshot },
): SnapshotDifference {
  const paths = journaledPaths(files, layout, { from, to }) ?? journaledPaths(files, layout, { from: to, to: from });
  const changes = paths === undefined
    ? comparedChanges(files, { from, to })
    : [...paths].flatMap((path) => changeAt(files, { path, from: from.path, to: to.path }));
  const source = paths === undefined ? "comparison" : "journals";
  return { changes: changes.sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0), source };
}

type Files = System["files"];

/**
 * Every path that a journal on the way from one snapshot to a later one names; `undefined` when there is no such way.
 */
function journaledPaths(
  files: Files,
  layout: StoreLayout,
  { from, to }: { readonly from: Snapshot; readonly to: Snapshot },
): ReadonlySet<string> | undefined {
  const snapshots = new Map(listSnapshots(files, layout).map((snapshot) => [snapshot.id, snapshot]));
  const paths = new Set<string>();
  for (let id = to.id; id !== from.id;) {
    const journal = readJournal(files, layout, id);
    const isUsable = journal !== undefined && isOf(journal, snapshots.get(id));
    if (!isUsable || journal.changes === null || journal.base === null || journal.base >= id) return undefined;
    for (const [, path] of journal.changes) paths.add(path);
    id = journal.base;
  }
  return paths;
}

/** A snapshot that is gone cannot contradict its journal. */
function isOf(journal: Journal, snapshot: Snapshot | undefined): boolean {
  return snapshot === undefined || isDescribedBy(snapshot, journal);
}

/** A journal tells that something happened at a path; the trees tell what is left of it. */
function changeAt(
  files: Files,
  { path, from, to }: { readonly path: string; readonly from: string; readonly to: string },
): FileChange[] {
  const [before, after] = [from, to].map((tree) => {
    const stat = files.lstat(`${tree}/${path}`);
    return stat?.type === "directory" ? undefined : stat;
  });
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ path, kind: "created" }];
  if (after === undefined) return [{ path, kind: "deleted" }];
  return before.ino === after.ino && before.dev === after.dev ? [] : [{ path, kind: "changed" }];
}

function comparedChanges(
  files: Files,
  { from, to }: { readonly from: Snapshot; readonly to: Snapshot },
): FileChange[] {
  return treeDifference(files, { from: from.path, to: to.path })
    .filter(({ path, type }) => path !== "." && type !== "directory")
    .map(({ path, kind }) => ({ path, kind: KINDS[kind] }));
}

const KINDS = { create: "created", content: "changed", attributes: "changed", delete: "deleted" } as const;
