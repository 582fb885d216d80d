import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import { noLatest } from "../storage/no_latest.ts";
import { latestSnapshot, listSnapshots, type Snapshot } from "../store/snapshots.ts";
import type { SnapshotStore } from "./snapshot_store.ts";

/**
 * The snapshot `id` of a store, or the latest one.
 *
 * @throws {Fault} `usage` when there is no such snapshot, `store` when there is no latest one.
 */
export function findSnapshot(
  { files }: Pick<System, "files">,
  { rcu, layout }: SnapshotStore,
  id: number | undefined,
): Snapshot {
  const snapshots = listSnapshots(files, layout);
  const found = id === undefined ? latestSnapshot(files, layout) : snapshots.find((snapshot) => snapshot.id === id);
  if (found !== undefined) return found;
  if (id === undefined || snapshots.length === 0) throw noLatest({ files }, rcu, layout);
  throw new Fault("usage", `Repository ${quoted(rcu.name)} has no snapshot ${id}`, {
    hint: `It has ${snapshots.map((snapshot) => snapshot.id).join(", ")}`,
  });
}
