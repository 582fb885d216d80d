import { dirname } from "@std/path";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import { readJsonFile, writeJsonFile } from "../store/json_file.ts";
import { removeJournal, writeJournal } from "../store/journal.ts";
import { snapshotDir, type StoreLayout } from "../store/layout.ts";
import { nextSnapshotId } from "../store/snapshots.ts";
import { cloneTree } from "./clone.ts";
import { cannotLink } from "./file_system_limits.ts";
import { migratedJournal } from "./rcu_journal.ts";
import { linkLocation, locationState, swappedOutTrees, swapTreeForLink } from "./rcu_location.ts";
import type { RcuRepository } from "./rcu_repository.ts";
import { firstDifference } from "./tree_equality.ts";

/** A plain directory at LOCATION that is becoming the first snapshot of a store. */
export interface Migration {
  /** The number that the directory gets as a snapshot. */
  readonly oldId: number;
  /** The number of the first update. */
  readonly newId: number;
  /** Whether snapshot `oldId` is a copy, LOCATION being on another file system. */
  readonly copied: boolean;
}

type MigrationSystem = Pick<System, "files" | "clock" | "environment">;

/** Gives numbers to the directory and to the update that is made from it. */
export function planMigration(
  { files }: Pick<System, "files">,
  layout: StoreLayout,
  { copied }: Pick<Migration, "copied">,
): Migration {
  const oldId = nextSnapshotId(files, layout);
  return { oldId, newId: oldId + 1, copied };
}

/** The migration that is under way, if any. */
export function readMigration({ files }: Pick<System, "files">, layout: StoreLayout): Migration | undefined {
  const value = readJsonFile(files, layout.migration);
  return isMigration(value) ? value : undefined;
}

/**
 * Copies LOCATION into the store when hard links cannot reach it from there, and checks the copy against the original.
 *
 * @returns the tree to make the update from: LOCATION itself, or the copy.
 * @throws {Fault} `store` when the copy differs.
 */
export async function prepareMigration(
  system: MigrationSystem,
  { location }: RcuRepository,
  { layout, signal }: { readonly layout: StoreLayout; readonly signal: AbortSignal },
): Promise<string> {
  const { files } = system;
  if (canLink(files, location, `${layout.own}/probe`)) return location;
  await files.removeTree(layout.migrated);
  await cloneTree(system, location, layout.migrated, { signal, unshared: true });
  const difference = await firstDifference(system, location, layout.migrated);
  if (difference === undefined) return layout.migrated;
  await files.removeTree(layout.migrated);
  throw new Fault("store", `The copy of ${quoted(location)} in the store differs at ${quoted(difference)}`, {
    hint: "Keep other programs from writing to the location and try again",
  });
}

/**
 * To be called before publication: records the migration for recovery, and puts a copy of the old tree in its place.
 */
export async function beginMigration(
  { files }: Pick<System, "files">,
  layout: StoreLayout,
  { migration, publishedMs }: { readonly migration: Migration; readonly publishedMs: number },
): Promise<void> {
  writeJsonFile(files, layout.migration, migration);
  writeJournal(files, layout, migratedJournal({ id: migration.oldId, publishedMs }));
  await files.flush(layout.dir);
  if (migration.copied) files.rename(layout.migrated, snapshotDir(layout, migration.oldId));
}

/**
 * Puts the link in the directory's place and makes the directory a snapshot; the original of a copy is removed last.
 * To be called when `latest` names the new snapshot; safe to be called again after a crash.
 */
export async function finishMigration(
  system: MigrationSystem,
  repository: RcuRepository,
  { layout, migration }: { readonly layout: StoreLayout; readonly migration: Migration },
): Promise<void> {
  const { files } = system;
  if (locationState(system, repository).kind === "tree") swapTreeForLink(system, repository, layout);
  else linkLocation(system, repository, layout);
  await files.flush(dirname(repository.location));
  await files.flush(layout.dir);
  for (const tree of swappedOutTrees(system, repository, layout)) {
    if (migration.copied) await files.removeTree(tree);
    else files.rename(tree, snapshotDir(layout, migration.oldId));
  }
  await files.flush(layout.dir);
  files.unlink(layout.migration);
}

/** Forgets a migration that did not come to publication; LOCATION is still the directory it was. */
export async function dropMigration(
  { files }: Pick<System, "files">,
  layout: StoreLayout,
  migration: Migration,
): Promise<void> {
  removeJournal(files, layout, migration.oldId);
  if (migration.copied) await files.removeTree(snapshotDir(layout, migration.oldId));
  await files.removeTree(layout.migrated);
  if (files.lstat(layout.migration) !== undefined) files.unlink(layout.migration);
}

/** Tries a hard link of the first file found, since device numbers do not tell of bind mounts and lacking support. */
function canLink(files: System["files"], dir: string, probe: string): boolean {
  const file = firstFile(files, dir);
  if (file === undefined) return files.stat(dir)?.dev === files.stat(dirname(probe))?.dev;
  if (files.lstat(probe) !== undefined) files.unlink(probe);
  try {
    files.link(file, probe);
  } catch (error) {
    if (cannotLink(error)) return false;
    throw error;
  }
  files.unlink(probe);
  return true;
}

function firstFile(files: System["files"], dir: string): string | undefined {
  const entries = files.readDir(dir);
  const file = entries.find(({ isFile }) => isFile);
  if (file !== undefined) return `${dir}/${file.name}`;
  for (const { name, isDirectory } of entries) {
    const found = isDirectory ? firstFile(files, `${dir}/${name}`) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function isMigration(value: unknown): value is Migration {
  return typeof value === "object" && value !== null && "oldId" in value && "newId" in value && "copied" in value;
}
