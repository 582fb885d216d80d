import type { System } from "../host/system.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { confinedSystem } from "../storage/confined_system.ts";
import { storeOwner } from "../storage/identity.ts";
import type { LockOptions } from "../store/lock.ts";
import { pinsOf, removePin, setPin } from "../store/pins.ts";
import { findSnapshot } from "./find_snapshot.ts";
import { lockStore, snapshotStore } from "./snapshot_store.ts";

/** A pin to be set or moved. */
export interface PinRequest {
  readonly name: string;
  /** The latest snapshot when absent. */
  readonly id?: number;
  readonly dryRun: boolean;
}

/**
 * Keeps a snapshot until the pin is removed or moved; a pin of that name that exists is moved. Durable when it
 * resolves.
 *
 * @returns the snapshot that is kept now, and the one that the pin kept before.
 * @throws {Fault} `usage` for a bad name or an unknown snapshot, `locked`.
 */
export async function pinSnapshot(
  system: Pick<System, "accounts" | "files" | "clock" | "environment">,
  repository: Repository,
  { name, id, dryRun, ...lock }: PinRequest & LockOptions,
): Promise<{ readonly snapshot: number; readonly before: number | undefined }> {
  if (dryRun) {
    const store = snapshotStore(repository);
    return { snapshot: findSnapshot(system, store, id).id, before: pinned(system, store.layout, name) };
  }
  // Asked before the lock, too, which would make a store where there is none.
  findSnapshot(system, snapshotStore(repository), id);
  await using store = await lockStore(system, repository, lock);
  const snapshot = findSnapshot(system, store, id).id;
  const before = pinned(system, store.layout, name);
  await setPin(store.files, store.layout, { name, snapshot });
  return { snapshot, before };
}

/**
 * Removes a pin; its snapshot then goes when nothing else keeps it.
 *
 * @returns the snapshot that it kept; `undefined` when it did not tell which.
 * @throws {Fault} `usage` when there is no such pin.
 */
export function unpinSnapshot(
  system: Pick<System, "accounts" | "environment" | "files">,
  repository: Repository,
  { name, dryRun }: { readonly name: string; readonly dryRun: boolean },
): number | undefined {
  const { layout } = snapshotStore(repository);
  const snapshot = pinned(system, layout, name);
  const isUnreadable = pinsOf(system.files, layout).unreadable.includes(name);
  // A name that is no pin is for removePin to explain; it changes nothing then.
  if (!dryRun || (snapshot === undefined && !isUnreadable)) {
    removePin(confinedSystem(system, repository, storeOwner(system, repository)).files, layout, name);
  }
  return snapshot;
}

function pinned(
  { files }: Pick<System, "files">,
  layout: Parameters<typeof pinsOf>[1],
  name: string,
): number | undefined {
  return [...pinsOf(files, layout).bySnapshot].find(([, names]) => names.includes(name))?.[0];
}
