import { join } from "@std/path";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import type { Repository } from "../repos_conf/repository.ts";
import type { LockOptions } from "../store/lock.ts";
import { pointLatest } from "../store/publish.ts";
import { latestSnapshot, listSnapshots, type Snapshot } from "../store/snapshots.ts";
import { findSnapshot } from "./find_snapshot.ts";
import { lockStore, type SnapshotStore, snapshotStore } from "./snapshot_store.ts";

/** Which snapshot takes the place of which. */
export interface Rollback {
  /** What `latest` named before; `undefined` when it named nothing. */
  readonly from: number | undefined;
  readonly to: number;
  /** Why the snapshot looks incomplete; only with `force` it is published all the same. */
  readonly problem: string | undefined;
}

/** How to roll back. */
export interface RollbackOptions extends LockOptions {
  /** Absent: the snapshot before the latest one. */
  readonly id?: number;
  readonly force: boolean;
  readonly dryRun: boolean;
}

/**
 * Publishes an earlier snapshot again, or a later one after an earlier rollback: the same swap as a sync's, with the
 * same barriers. Snapshots in between stay as long as retention keeps them; the next sync goes on from what is latest
 * then.
 *
 * @throws {Fault} `usage` when there is no such snapshot, `store` when it fails the check, `locked`.
 */
export async function rollBack(
  system: Pick<System, "accounts" | "files" | "clock" | "environment">,
  repository: Repository,
  options: RollbackOptions,
): Promise<Rollback> {
  const planned = planRollback(system, snapshotStore(repository), options);
  if (options.dryRun) return planned;
  await using store = await lockStore(system, repository, options);
  const rollback = planRollback(system, store, options);
  if (rollback.to === rollback.from) return rollback;
  const { files } = store;
  await files.flush(store.layout.dir);
  // The commit point: until here nothing changed, and from here on consumers get the other snapshot.
  pointLatest({ files }, store.layout, rollback.to);
  await files.flush(store.layout.dir);
  return rollback;
}

function planRollback(
  system: Pick<System, "files">,
  store: SnapshotStore,
  { id, force }: Pick<RollbackOptions, "id" | "force">,
): Rollback {
  const from = latestSnapshot(system.files, store.layout)?.id;
  const target = id === undefined ? previousSnapshot(system, store, from) : findSnapshot(system, store, id);
  const problem = snapshotProblem(system, target);
  if (problem !== undefined && !force) {
    throw new Fault("store", `Snapshot ${target.id} of ${quoted(store.rcu.name)} ${problem}`, {
      hint: "Choose another one, or publish it all the same with --force",
    });
  }
  return { from, to: target.id, problem };
}

function previousSnapshot({ files }: Pick<System, "files">, store: SnapshotStore, from: number | undefined): Snapshot {
  const previous = listSnapshots(files, store.layout).filter(({ id }) => from === undefined || id < from).at(-1);
  if (previous !== undefined) return previous;
  const which = from === undefined ? "at all" : `before ${from}`;
  throw new Fault("usage", `Repository ${quoted(store.rcu.name)} has no snapshot ${which}`, {
    hint: `See what there is: rcusync status ${store.rcu.name}`,
  });
}

/** What every ebuild repository has; without it Portage takes the directory for none. */
const ESSENTIAL_DIRS = ["profiles", "metadata"] as const;

/** Why a snapshot is no complete repository; `undefined` when nothing speaks against it. */
function snapshotProblem({ files }: Pick<System, "files">, { path }: Snapshot): string | undefined {
  const missing = ESSENTIAL_DIRS.find((name) => files.stat(join(path, name))?.type !== "directory");
  return missing === undefined ? undefined : `has no directory ${missing}`;
}
