import type { System } from "../host/system.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { storeOwner } from "../storage/identity.ts";
import { rejectedTree } from "../storage/rejected.ts";
import { rcuRepository, selectStorage } from "../storage/select.ts";
import type { SnapshotState } from "../storage/snapshot_state.ts";
import { snapshotStates as statesIn } from "../storage/snapshot_states.ts";
import { CALLER } from "../storage/storage.ts";
import { storeLayout } from "../store/layout.ts";

/** What garbage collection did, or with `dryRun` would do. */
export interface CollectionResult {
  /** All snapshots, ascending, as they were before. */
  readonly snapshots: readonly SnapshotState[];
  readonly removed: readonly number[];
  /** Why less was removed than could be, one sentence each. */
  readonly notes: readonly string[];
}

/** How to collect. */
export interface CollectionOptions {
  readonly dryRun: boolean;
  readonly lockWaitSeconds: number;
  readonly signal: AbortSignal;
  /** Called once when somebody else holds the lock. */
  readonly onWait?: (holder: string) => void;
}

/**
 * What a store holds, for `status`; takes no lock, changes nothing. Empty for other storages and before the first sync.
 */
export async function snapshotStates(
  system: Pick<System, "files" | "clock" | "environment">,
  repository: Repository,
): Promise<Pick<CollectionResult, "snapshots" | "notes">> {
  const { storage } = repository;
  if (storage.kind !== "hardlink_rcu") return { snapshots: [], notes: [] };
  const layout = storeLayout(storage.storeDir);
  const found = await statesIn(system, rcuRepository(repository, { storage, owner: CALLER }), { layout });
  return { snapshots: found.states, notes: [...found.warnings, ...found.notes] };
}

/**
 * Removes the snapshots that nothing keeps.
 *
 * @throws {Fault} `locked` when another writer holds the store longer than `lockWaitSeconds`.
 */
export async function collectGarbage(
  system: System,
  repository: Repository,
  options: CollectionOptions,
): Promise<CollectionResult> {
  const fault = repository.faults[0];
  if (fault !== undefined) throw fault;
  if (options.dryRun || !hasStore(system, repository)) return await wouldCollect(system, repository);
  const storage = selectStorage(system, repository, storeOwner(system, repository));
  storage.check();
  await using _lock = await storage.lock({
    waitSeconds: options.lockWaitSeconds,
    signal: options.signal,
    onWait: options.onWait ?? (() => {}),
  });
  const recovered = await storage.recover();
  const { snapshots } = await snapshotStates(system, repository);
  const { removed, notes, warnings } = await storage.garbageCollection();
  await storage.emptyTrash();
  return { snapshots, removed, notes: [...recovered, ...warnings, ...notes] };
}

async function wouldCollect(system: System, repository: Repository): Promise<CollectionResult> {
  const { snapshots, notes } = await snapshotStates(system, repository);
  const hasLatest = snapshots.some(({ keep }) => keep.some(({ kind }) => kind === "latest"));
  const expired = snapshots.filter(({ keep }) => keep.length === 0).map(({ id }) => id);
  return { snapshots, notes: [...notes, ...rejectedNotes(system, repository)], removed: hasLatest ? expired : [] };
}

function rejectedNotes(system: System, { storage }: Repository): string[] {
  if (storage.kind !== "hardlink_rcu") return [];
  const layout = storeLayout(storage.storeDir);
  const rejected = rejectedTree(system, layout);
  return rejected === undefined ? [] : [`${rejected.path ?? layout.rejected}, which did not verify, would be removed`];
}

function hasStore({ files }: System, { storage }: Repository): boolean {
  return storage.kind === "hardlink_rcu" && files.lstat(storage.storeDir) !== undefined;
}
