import { dirname } from "@std/path";
import { Fault } from "../base/fault.ts";
import type { System } from "../host/system.ts";
import { ensureStore } from "../store/access.ts";
import { type StoreLayout, storeLayout } from "../store/layout.ts";
import { lockFile, type LockOptions } from "../store/lock.ts";
import { publishStaging } from "../store/publish.ts";
import { latestSnapshot, nextSnapshotId } from "../store/snapshots.ts";
import { abortStaging } from "./abort_staging.ts";
import { emptyTrash } from "./empty_trash.ts";
import { beginMigration, finishMigration } from "./migration.ts";
import { dropRejected, keepRejected, noteRejected, type RejectionReport } from "./rejected.ts";
import { checkRcuPaths } from "./rcu_checks.ts";
import { journalOf } from "./rcu_journal.ts";
import { linkLocation, locationState } from "./rcu_location.ts";
import type { RcuRepository } from "./rcu_repository.ts";
import { isAbandoned, stageReserve, stageUpdate, type Staging, unstageReserve } from "./rcu_staging.ts";
import { recoverStore } from "./recover.ts";
import { retireSnapshots } from "./retire.ts";
import type { FinishedUpdate, Publication, RepoStorage, UpdateOptions } from "./storage.ts";
import { removeUnusedStore } from "./unused_store.ts";

type RcuSystem = Pick<System, "files" | "clock" | "environment">;

/** How far this run is with its update. */
type UpdateState =
  | { readonly kind: "none" }
  /** Whatever there is of a staging tree is of no use. */
  | { readonly kind: "begun" }
  /** The staging tree was made ahead, and is still equal to snapshot `base`. */
  | { readonly kind: "ahead"; readonly base: number }
  | { readonly kind: "staged" } & Staging;

/**
 * Each update is a new snapshot in the store, made from hard links to the one before it and published by one rename of
 * the link that LOCATION leads through.
 */
export function hardlinkRcuStorage(system: RcuSystem, repository: RcuRepository): RepoStorage {
  const layout = storeLayout(repository.storeDir);
  let update: UpdateState = { kind: "none" };
  return {
    kind: "hardlink_rcu",
    direct: false,
    place: layout.dir,
    incoming: layout.incoming,
    excludes: [],
    check: () => checkRcuPaths(system, repository, layout),
    lock: (options: LockOptions) => lockStore(system, layout, options),
    recover: () => recoverStore(system, repository, { layout, isAbandoned: (dir) => isAbandoned(system, dir) }),
    get published() {
      return publishedTree(system, repository, layout);
    },
    get currentUpdate() {
      return update.kind === "staged" ? layout.update : undefined;
    },
    get ahead() {
      return update.kind === "ahead" ? layout.update : undefined;
    },
    prepareUpdate: async (asked: AbortSignal, onAhead?: () => void) => {
      if (system.files.lstat(layout.update) === undefined) {
        update = { kind: "begun" };
        const base = await stageReserve(system, repository, layout);
        if (base !== undefined) {
          update = { kind: "ahead", base };
          onAhead?.();
        }
      }
      await emptyTrash(system, layout, asked);
    },
    initUpdate: async (options: UpdateOptions) => {
      if (update.kind === "ahead" && !options.unshared) {
        update = { kind: "staged", base: update.base, migration: undefined, resumed: false };
      } else {
        update = { kind: "begun" };
        update = { kind: "staged", ...await stageUpdate(system, repository, { ...options, layout }) };
      }
      return { dir: layout.update, resumed: update.resumed };
    },
    commitUpdate: async (finished: FinishedUpdate): Promise<Publication> => {
      if (update.kind !== "staged") throw new Fault("unexpected", "There is no update to commit");
      const { base, migration } = update;
      const id = migration?.newId ?? nextSnapshotId(system.files, layout);
      const publishedMs = system.clock.nowMs();
      const journal = journalOf(finished, { id, base: migration?.oldId ?? base, publishedMs });
      saneRootMode(system, layout.update);
      if (migration !== undefined) await beginMigration(system, layout, { migration, publishedMs });
      const tree = await publishStaging(system, layout, journal);
      // What fails from here on does not take the publication back.
      update = { kind: "none" };
      if (migration !== undefined) await finishMigration(system, repository, { layout, migration });
      else if (linkLocation(system, repository, layout)) await system.files.flush(dirname(repository.location));
      return { tree, snapshot: id };
    },
    abortUpdate: async () => {
      const given = update;
      update = { kind: "none" };
      if (given.kind === "ahead") await unstageReserve(system, layout, given.base);
      else if (given.kind !== "none") await abortStaging(system, layout);
    },
    rejectUpdate: async (report: RejectionReport) => {
      if (update.kind !== "staged") {
        noteRejected(system, layout, report);
        return undefined;
      }
      const path = await keepRejected(system, layout, report);
      update = { kind: "none" };
      return path;
    },
    garbageCollection: async () => {
      const wasRejected = dropRejected(system, layout);
      const collected = await retireSnapshots(system, repository, layout);
      if (!wasRejected) return collected;
      return { ...collected, notes: [...collected.notes, `Removed ${layout.rejected}, which did not verify`] };
    },
    emptyTrash: () => emptyTrash(system, layout),
  };
}

/** A store that this run made and did not use goes with the lock. */
async function lockStore(system: RcuSystem, layout: StoreLayout, options: LockOptions): Promise<AsyncDisposable> {
  const existed = system.files.lstat(layout.dir) !== undefined;
  const lock = await lockFile(system, layout.lock, { ...options, prepare: () => ensureStore(system, layout) });
  return {
    [Symbol.asyncDispose]: async () => {
      using _lock = lock;
      if (!existed) await removeUnusedStore(system, layout);
    },
  };
}

/** What consumers have now: the latest snapshot, else the plain directory that the first sync migrates. */
function publishedTree(system: RcuSystem, repository: RcuRepository, layout: StoreLayout): string | undefined {
  const latest = latestSnapshot(system.files, layout);
  if (latest !== undefined) return latest.path;
  return locationState(system, repository).kind === "tree" ? repository.location : undefined;
}

/** The mirror decides the modes of a tree, but not whether its consumers can read it or others can write to it. */
function saneRootMode({ files }: RcuSystem, tree: string): void {
  const mode = files.lstat(tree)?.mode ?? 0o755;
  const sane = (mode | 0o755) & ~0o002;
  if (sane !== mode) files.chmod(tree, sane);
}
