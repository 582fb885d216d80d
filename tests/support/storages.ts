import { thisMachine } from "../../lib/host/this_machine.ts";
import type { System } from "../../lib/host/system.ts";
import type { Change } from "../../lib/rsync/change.ts";
import { hardlinkQuarantineStorage } from "../../lib/storage/hardlink_quarantine.ts";
import { hardlinkRcuStorage } from "../../lib/storage/hardlink_rcu.ts";
import { inplaceStorage } from "../../lib/storage/inplace.ts";
import type { FinishedUpdate, RepoStorage } from "../../lib/storage/storage.ts";
import { treeDifference } from "../../lib/storage/tree_difference.ts";
import { rcuStorage } from "./repository.ts";
import { tempDir } from "./temp_dir.ts";

/** The parts of a system that a storage works with. */
export type StorageSystem = Pick<System, "files" | "clock" | "environment">;

export const STORAGE_KINDS: readonly RepoStorage["kind"][] = ["inplace", "hardlink_quarantine", "hardlink_rcu"];

/** A place for one repository: LOCATION and, for RCU, the store beside it. */
export interface StoragePlace extends Disposable {
  readonly kind: RepoStorage["kind"];
  readonly path: string;
  readonly location: string;
  readonly store: string;
  /** A storage as a new process would make it. */
  storage(options?: StorageOptions): RepoStorage;
}

/** What may differ from this machine and the default settings. */
export interface StorageOptions {
  readonly system?: StorageSystem;
  readonly ttlDays?: number;
  readonly spareSnapshots?: number;
}

/** An empty place. */
export function storagePlace(kind: RepoStorage["kind"]): StoragePlace {
  const dir = tempDir();
  const [location, store] = [`${dir.path}/loc`, `${dir.path}/store`];
  const plain = { name: "demo", root: "/", location, owner: { uid: undefined, gid: undefined } };
  return {
    kind,
    path: dir.path,
    location,
    store,
    storage: ({ system = thisMachine(), ...policy } = {}) => {
      switch (kind) {
        case "inplace":
          return inplaceStorage(system, plain);
        case "hardlink_quarantine":
          return hardlinkQuarantineStorage(system, plain);
        case "hardlink_rcu":
          return hardlinkRcuStorage(system, { ...rcuStorage(store), ...plain, ...policy });
      }
    },
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

const { signal } = new AbortController();

/** Takes the lock of a storage, or fails at once. */
export function lockNow(storage: RepoStorage): Promise<AsyncDisposable> {
  return storage.lock({ waitSeconds: 0, signal, onWait: () => {} });
}

/** Makes an update and applies `edit` to it. */
export async function stage(
  storage: RepoStorage,
  edit: (dir: string) => void,
  { unshared = false } = {},
): Promise<string> {
  const { dir } = await storage.initUpdate({ signal, unshared });
  edit(dir);
  return dir;
}

/** What a sync tells of an update that it has finished. */
export function finished(storage: RepoStorage): FinishedUpdate {
  return { uri: "rsync://localhost/demo", verified: false, changes: changesOf(storage) };
}

/** A whole sync, without a mirror. */
export async function syncOnce(storage: RepoStorage, edit: (dir: string) => void): Promise<void> {
  await using _lock = await lockNow(storage);
  await storage.recover();
  await stage(storage, edit);
  await storage.commitUpdate(finished(storage));
  await storage.garbageCollection();
}

function changesOf({ direct, currentUpdate, published, excludes }: RepoStorage): readonly Change[] | undefined {
  if (direct || currentUpdate === undefined) return undefined;
  const skip = new Set(excludes.map((pattern) => pattern.slice(1)));
  return treeDifference(thisMachine().files, {
    from: published ?? `${currentUpdate}.nothing`,
    to: currentUpdate,
    skip,
  });
}
