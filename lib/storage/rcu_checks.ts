import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import { checkStoreAccess } from "../store/access.ts";
import type { StoreLayout } from "../store/layout.ts";
import { latestSnapshot } from "../store/snapshots.ts";
import { locationIsLatest, locationState, refuseMountPoint } from "./rcu_location.ts";
import type { RcuRepository } from "./rcu_repository.ts";

/**
 * Refuses a LOCATION or a store that a sync could not publish to; looks only.
 *
 * @throws {Fault} `configuration` or `store`.
 */
export function checkRcuPaths(
  system: Pick<System, "files" | "environment">,
  repository: RcuRepository,
  layout: StoreLayout,
): void {
  checkStoreAccess(system, layout, repository.owner.uid);
  refuseForeignLatest(system, repository, layout);
  const { name, location } = repository;
  const state = locationState(system, repository);
  if (state.kind === "other") {
    throw new Fault("configuration", `Location ${quoted(location)} of ${quoted(name)} is a ${state.type}`, {
      hint: "Move it away, or correct the location in repos.conf",
    });
  }
  if (state.kind === "link" || state.kind === "missing") return;
  const hasLatest = latestSnapshot(system.files, layout) !== undefined;
  // A bind mount of the latest snapshot.
  if (hasLatest && locationIsLatest(system, repository, layout)) return;
  refuseMountPoint(system, repository);
  if (state.kind === "tree" && hasLatest) refuseSecondTree(system, repository, layout);
}

function refuseForeignLatest({ files }: Pick<System, "files">, { name }: RcuRepository, { latest }: StoreLayout): void {
  const type = files.lstat(latest)?.type;
  if (type === undefined || type === "symlink") return;
  if (type === "directory" && files.readDir(latest).length === 0) return;
  throw new Fault("store", `${quoted(latest)} of ${quoted(name)} is not a symbolic link`, {
    hint: "Move it away; it should be a link to one of the directories in snapshots",
  });
}

/**
 * A directory beside a store with snapshots is the first snapshot to be, when a migration was cut off; else a mistake.
 */
function refuseSecondTree(
  { files }: Pick<System, "files">,
  { name, location }: RcuRepository,
  layout: StoreLayout,
): void {
  if (files.lstat(layout.migration) !== undefined) return;
  throw new Fault(
    "store",
    `Location ${quoted(location)} of ${quoted(name)} is a directory, but its store has snapshots already`,
    { hint: `Keep one of the two: move ${location} away to use the store, or move ${layout.dir} away to start anew` },
  );
}
