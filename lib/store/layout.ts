import { join } from "@std/path";

/** The paths of one store. */
export interface StoreLayout {
  readonly dir: string;
  readonly snapshots: string;
  readonly latest: string;
  /** Staging. */
  readonly update: string;
  /** Our own directory; Portage never looks here. */
  readonly own: string;
  readonly lock: string;
  readonly staging: string;
  readonly journal: string;
  readonly pins: string;
  readonly reserve: string;
  readonly rejected: string;
  /** The public keys of the repository as they were when they were refreshed last. */
  readonly keys: string;
  /** When that was. */
  readonly keyRefresh: string;
  /** The signed state that was published last. */
  readonly accepted: string;
  /** When the last sync was, and what it took. */
  readonly lastSync: string;
  /** What the snapshot that was verified last was made of. */
  readonly verified: string;
  /** The tree that a migration between file systems copies. */
  readonly migrated: string;
  readonly migration: string;
  /** Snapshots taken out of sight while a last look for readers is taken. */
  readonly retired: string;
  /** What was fetched and is not part of a staging tree yet. */
  readonly incoming: string;
  /** What is being removed. */
  readonly trash: string;
}

/** The layout of the store at `dir`. */
export function storeLayout(dir: string): StoreLayout {
  const own = join(dir, ".rcusync");
  return {
    dir,
    snapshots: join(dir, "snapshots"),
    latest: join(dir, "latest"),
    update: join(dir, "update"),
    own,
    lock: join(own, "lock"),
    staging: join(own, "staging.json"),
    journal: join(own, "journal"),
    pins: join(own, "pins"),
    reserve: join(own, "reserve"),
    rejected: join(own, "rejected"),
    keys: join(own, "keys.pgp"),
    keyRefresh: join(own, "key_refresh.json"),
    accepted: join(own, "accepted.json"),
    lastSync: join(own, "last_sync.json"),
    verified: join(own, "verified"),
    migrated: join(own, "migrated"),
    migration: join(own, "migration.json"),
    retired: join(own, "retired"),
    incoming: join(own, "incoming"),
    trash: join(own, "trash"),
  };
}

/** The directory of snapshot `id`. */
export function snapshotDir(layout: StoreLayout, id: number): string {
  return join(layout.snapshots, String(id));
}
