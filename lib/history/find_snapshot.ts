import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import { latestSnapshot, listSnapshots, type Snapshot } from "../store/snapshots.ts";
import type { SnapshotStore } from "./snapshot_store.ts";

/**
 * The snapshot `id` of a store, or the latest one.
 *
 * @throws {Fault} `usage` when there is no such snapshot, `store` when there is no latest one.
 */
export function findSnapshot(
  { files }: Pick<System, "files">,
  { rcu: { name }, layout }: SnapshotStore,
  id: number | undefined,
): Snapshot {
  if (id === undefined) return needLatest({ files }, { name, layout });
  const snapshots = listSnapshots(files, layout);
  const found = snapshots.find((snapshot) => snapshot.id === id);
  if (found !== undefined) return found;
  const ids = snapshots.map((snapshot) => snapshot.id).join(", ");
  throw new Fault("usage", `Repository ${quoted(name)} has no snapshot ${id}`, {
    hint: ids === "" ? `Run: rcusync sync ${name}` : `It has ${ids}`,
  });
}

function needLatest(
  { files }: Pick<System, "files">,
  { name, layout }: Pick<SnapshotStore, "layout"> & { readonly name: string },
): Snapshot {
  const latest = latestSnapshot(files, layout);
  if (latest !== undefined) return latest;
  const isEmpty = listSnapshots(files, layout).length === 0;
  throw new Fault("store", `Repository ${quoted(name)} has no latest snapshot in ${quoted(layout.dir)}`, {
    hint: isEmpty ? `Run: rcusync sync ${name}` : `Run: rcusync doctor ${name}`,
  });
}
