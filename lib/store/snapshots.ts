import { join } from "@std/path";
import type { Files } from "../host/files.ts";
import { snapshotDir, type StoreLayout } from "./layout.ts";

/** A published snapshot on disk. */
export interface Snapshot {
  readonly id: number;
  readonly path: string;
  /** The directory's mtime, milliseconds since 1970: the moment of publication. */
  readonly publishedMs: number;
}

const SNAPSHOT_NAME = /^[1-9][0-9]{0,14}$/;

/**
 * The snapshots of a store, ascending. Names that are no positive integer, and whatever is no directory, are passed
 * over.
 */
export function listSnapshots(
  files: Pick<Files, "lstat" | "readDir">,
  layout: StoreLayout,
): Snapshot[] {
  return namesIn(files, layout.snapshots)
    .filter((name) => SNAPSHOT_NAME.test(name))
    .flatMap((name) => {
      const path = join(layout.snapshots, name);
      const stat = files.lstat(path);
      return stat?.type === "directory" ? [{ id: Number(name), path, publishedMs: stat.mtimeMs }] : [];
    })
    .sort((a, b) => a.id - b.id);
}

/**
 * The number for the next snapshot: above every positive integer in `snapshots`, whatever bears it, and above the one
 * that `latest` names, though that may be gone.
 */
export function nextSnapshotId(
  files: Pick<Files, "lstat" | "readDir" | "readLink">,
  layout: StoreLayout,
): number {
  const taken = namesIn(files, layout.snapshots).filter((name) => SNAPSHOT_NAME.test(name)).map(Number);
  return Math.max(0, latestId(files, layout) ?? 0, ...taken) + 1;
}

/**
 * The snapshot that `latest` names, or `undefined` when `latest` is missing, dangling, or something else than a
 * link into `snapshots`. Any spelling of the link is understood.
 */
export function latestSnapshot(
  files: Pick<Files, "lstat" | "readLink">,
  layout: StoreLayout,
): Snapshot | undefined {
  const id = latestId(files, layout);
  if (id === undefined) return undefined;
  const path = snapshotDir(layout, id);
  const stat = files.lstat(path);
  return stat?.type === "directory" ? { id, path, publishedMs: stat.mtimeMs } : undefined;
}

function latestId(files: Pick<Files, "lstat" | "readLink">, layout: StoreLayout): number | undefined {
  if (files.lstat(layout.latest)?.type !== "symlink") return undefined;
  const name = /^(?:.*\/)?snapshots\/([1-9][0-9]{0,14})\/*$/.exec(files.readLink(layout.latest))?.[1];
  return name === undefined ? undefined : Number(name);
}

function namesIn(
  files: Pick<Files, "lstat" | "readDir">,
  dir: string,
): string[] {
  return files.lstat(dir)?.type === "directory" ? files.readDir(dir).map(({ name }) => name) : [];
}
