import { basename, dirname, join } from "@std/path";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import { resolveWithin } from "../host/resolve.ts";
import type { System } from "../host/system.ts";
import type { HardlinkRcuSettings, Repository } from "../repos_conf/repository.ts";
import { defaultRcuSettings } from "../repos_conf/storage_settings.ts";
import { storeOwner } from "../storage/identity.ts";
import { removeUnfinishedCopy, replaceLinkByCopy } from "../storage/plain_copy.ts";
import { selectStorage } from "../storage/select.ts";
import { lockDirectory, type LockOptions } from "../store/lock.ts";
import { latestSnapshot } from "../store/snapshots.ts";
import { lockStore, type SnapshotStore, snapshotStore } from "./snapshot_store.ts";

/** A way to keep a tree, as the command line names it. */
export type MigrationTarget = "rcu" | "quarantine" | "inplace";

/** What is to be done on disk. */
export type MigrationPlan =
  /** What is on disk is right for the target already. */
  | { readonly kind: "nothing"; readonly repository: Repository }
  /** The directory at LOCATION becomes the first snapshot of the store. */
  | { readonly kind: "adopt"; readonly repository: Repository; readonly storeDir: string }
  /** The link at LOCATION gives way to a copy of the latest snapshot. */
  | { readonly kind: "copy-out"; readonly repository: Repository; readonly storeDir: string; readonly tree: string };

type MigrateSystem = Pick<System, "accounts" | "files" | "clock" | "environment">;

/**
 * Finds out what moving a repository to another storage takes, from what is on disk rather than from what repos.conf
 * says, so that an interrupted migration is planned again as what is left of it.
 *
 * @param storeDir where the store goes when repos.conf names none: as seen from here, by default beside LOCATION.
 * @throws {Fault} `configuration`, `store`
 */
export function planMigration(
  system: MigrateSystem,
  repository: Repository,
  { to, storeDir }: { readonly to: MigrationTarget; readonly storeDir?: string },
): MigrationPlan {
  const [fault] = repository.faults;
  if (fault !== undefined) throw fault;
  const { files } = system;
  const tree = publishedTree(system, repository);
  if (tree === undefined) {
    if (files.stat(repository.location)?.type !== "directory") throw nothingThere(repository);
    if (files.lstat(repository.location)?.type === "symlink") throw isLink(repository);
    const target = withStore(repository, storeDir);
    if (to !== "rcu") return { kind: "nothing", repository };
    return { kind: "adopt", repository: target, storeDir: snapshotStore(target).layout.dir };
  }
  // The store that LOCATION leads into, whatever repos.conf says by now.
  const found = dirname(dirname(tree));
  const target = withStore(repository, found);
  if (to !== "rcu") return { kind: "copy-out", repository: target, storeDir: found, tree };
  const isCutOff = files.lstat(snapshotStore(target).layout.migration) !== undefined;
  return isCutOff ? { kind: "adopt", repository: target, storeDir: found } : { kind: "nothing", repository: target };
}

/** The snapshot that LOCATION leads to, or would if an interruption had not left it missing. */
function publishedTree({ files }: Pick<System, "files">, repository: Repository): string | undefined {
  const { root, location, storage } = repository;
  const type = files.lstat(location)?.type;
  if (type === undefined && storage.kind === "hardlink_rcu") {
    return latestSnapshot(files, snapshotStore(repository).layout)?.path;
  }
  const tree = resolveWithin(files, root, location);
  const isPublished = type === "symlink" && SNAPSHOT_PATH.test(tree) && files.stat(tree)?.type === "directory";
  return isPublished ? tree : undefined;
}

const SNAPSHOT_PATH = /\/snapshots\/[1-9][0-9]{0,14}$/;

/**
 * Carries a plan out. What consumers see is a complete tree at every moment; after an interruption, plan and carry out
 * again.
 */
export async function migrate(system: MigrateSystem, plan: MigrationPlan, options: LockOptions): Promise<void> {
  switch (plan.kind) {
    case "nothing":
      return await removeUnfinishedCopy(system, plan.repository.location, options);
    case "adopt":
      return await adopt(system, plan.repository, options);
    case "copy-out":
      return await copyOut(system, plan, options);
  }
}

/** The first sync does the same: the directory becomes a snapshot, and what is published is made from it. */
async function adopt(system: MigrateSystem, repository: Repository, options: LockOptions): Promise<void> {
  const storage = selectStorage(system, repository, storeOwner(system, repository));
  const isPlain = system.files.lstat(repository.location)?.type === "directory";
  // A sync that still takes LOCATION for a plain directory locks that.
  using _plain = isPlain ? await lockDirectory(system, repository.location, options) : undefined;
  await using _lock = await storage.lock(options);
  forgetLatest(system, snapshotStore(repository));
  storage.check();
  await storage.recover();
  if (system.files.lstat(repository.location)?.type === "symlink") return;
  await storage.initUpdate({ signal: options.signal, unshared: false });
  try {
    await storage.commitUpdate({ changes: [], uri: repository.location, verified: false });
  } finally {
    if (storage.currentUpdate !== undefined) await storage.abortUpdate();
  }
}

/**
 * A store that an earlier migration away left behind: nothing leads through its `latest` any more, and it is not
 * current.
 */
function forgetLatest({ files }: MigrateSystem, { layout }: SnapshotStore): void {
  if (files.lstat(layout.migration) !== undefined) return;
  if (files.lstat(layout.latest)?.type === "symlink") files.unlink(layout.latest);
}

async function copyOut(
  system: MigrateSystem,
  { repository, tree }: Extract<MigrationPlan, { kind: "copy-out" }>,
  options: LockOptions,
): Promise<void> {
  await using _store = await lockStore(system, repository, options);
  await replaceLinkByCopy(system, { location: repository.location, tree, signal: options.signal });
}

function withStore(repository: Repository, storeDir: string | undefined): Repository {
  if (repository.storage.kind === "hardlink_rcu") return repository;
  const prefix = repository.root === "/" ? "" : repository.root;
  const written = repository.options.get("sync-rcu-store-dir")?.value;
  const beside = join(dirname(repository.location), `.${basename(repository.location)}.rcu`);
  const dir = storeDir ?? (written ? prefix + written : beside);
  if (!dir.startsWith(`${prefix}/`)) {
    throw new Fault("usage", `Store ${quoted(dir)} is not below ${quoted(repository.root)}`, {
      hint: "Name a directory of the system that is migrated",
    });
  }
  const storage: HardlinkRcuSettings = {
    kind: "hardlink_rcu",
    storeDir: dir,
    storeDirInside: dir.slice(prefix.length),
    ...defaultRcuSettings(),
  };
  return { ...repository, storage };
}

function isLink({ name, location }: Repository): Fault {
  return new Fault(
    "configuration",
    `Location ${quoted(location)} of ${quoted(name)} is a symbolic link to a directory`,
    { hint: "Write the directory's own path into repos.conf, or move the directory to the location, and try again" },
  );
}

function nothingThere({ name, location }: Repository): Fault {
  return new Fault("store", `There is no tree of ${quoted(name)} at ${quoted(location)} to migrate`, {
    hint: `Change repos.conf alone, then run: rcusync sync ${name}`,
  });
}
