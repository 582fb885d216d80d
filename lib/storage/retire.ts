import { join } from "@std/path";
import type { System } from "../host/system.ts";
import { findReaders } from "../readers/in_use.ts";
import { tryExclusive } from "../readers/lease.ts";
import { pruneJournals } from "../store/journal.ts";
import type { StoreLayout } from "../store/layout.ts";
import { dropReserve, setReserve } from "../store/reserve.ts";
import { latestSnapshot } from "../store/snapshots.ts";
import { moveToTrash } from "../store/trash.ts";
import type { RcuRepository } from "./rcu_repository.ts";
import type { SnapshotState } from "./snapshot_state.ts";
import { snapshotStates } from "./snapshot_states.ts";
import type { GarbageCollection } from "./storage.ts";

type RetireSystem = Pick<System, "files" | "clock" | "environment">;

/**
 * Retires the snapshots of a store that nothing keeps: the newest becomes the reserve, where recycling is wanted and it
 * is certain that nobody reads it; the others go to the trash. Needs the lock.
 *
 * Each is renamed out of `snapshots` first, so that no new reader finds it, while an exclusive lock keeps leases away;
 * then a second look is taken, and a snapshot that got a reader in between goes back. Only then is it touched.
 */
export async function retireSnapshots(
  system: RetireSystem,
  repository: RcuRepository,
  layout: StoreLayout,
): Promise<GarbageCollection> {
  const { files } = system;
  if (latestSnapshot(files, layout) === undefined) return { removed: [], notes: [], warnings: [] };
  if (!repository.recycle) dropReserve(files, layout);
  const { states, notes, warnings } = await snapshotStates(system, repository, { layout, readersOf: "expired" });
  const removed: number[] = [];
  for (const state of states.filter(({ keep }) => keep.length === 0).reverse()) {
    const mayRecycle = repository.recycle && repository.gcInUse === "keep" && removed.length === 0;
    if (await retire(system, repository, { layout, state, mayRecycle })) removed.push(state.id);
  }
  pruneJournals(files, layout);
  return { removed: removed.reverse(), notes, warnings };
}

async function retire(
  system: RetireSystem,
  { gcInUse }: RcuRepository,
  { layout, state, mayRecycle }: {
    readonly layout: StoreLayout;
    readonly state: SnapshotState;
    readonly mayRecycle: boolean;
  },
): Promise<boolean> {
  const { files } = system;
  using lease = tryExclusive(files, state.path);
  if (lease === undefined) return false;
  const hidden = join(layout.retired, String(state.id));
  files.rename(state.path, hidden);
  const { readers, complete } = await findReaders(system, [hidden]);
  if (gcInUse === "keep" && (readers.get(hidden) ?? []).length > 0) {
    files.rename(hidden, state.path);
    return false;
  }
  if (mayRecycle && complete) setReserve(files, layout, { id: state.id, path: hidden });
  else moveToTrash(files, layout, hidden);
  return true;
}
