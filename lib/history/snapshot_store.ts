import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { confinedSystem } from "../storage/confined_system.ts";
import { storeOwner } from "../storage/identity.ts";
import type { RcuRepository } from "../storage/rcu_repository.ts";
import { rcuRepository, selectStorage } from "../storage/select.ts";
import { CALLER } from "../storage/storage.ts";
import { type StoreLayout, storeLayout } from "../store/layout.ts";
import type { LockOptions } from "../store/lock.ts";

/** The store of a repository that keeps snapshots. */
export interface SnapshotStore {
  readonly rcu: RcuRepository;
  readonly layout: StoreLayout;
}

/**
 * The store of a repository.
 *
 * @throws {Fault} `configuration` when the repository has a fault, or keeps no snapshots.
 */
export function snapshotStore(repository: Repository): SnapshotStore {
  const { faults: [fault], name, storage } = repository;
  if (fault !== undefined) throw fault;
  if (storage.kind === "hardlink_rcu") {
    return { rcu: rcuRepository(repository, { storage, owner: CALLER }), layout: storeLayout(storage.storeDir) };
  }
  throw new Fault("configuration", `Repository ${quoted(name)} keeps no snapshots: its storage is ${storage.kind}`, {
    hint: `See what it takes to change that: rcusync migrate ${name} --to rcu --dry-run`,
  });
}

/** A locked store, let go by `await using`. */
export interface LockedStore extends SnapshotStore, AsyncDisposable {
  /** The file system for what is done in it: see `confinedSystem`. */
  readonly files: System["files"];
  /** What had to be brought into order first, a sentence each. */
  readonly recovered: readonly string[];
}

/**
 * Locks a repository's store and finishes what an interrupted run left, as every writer does first.
 *
 * @throws {Fault} `locked`; also what {@linkcode snapshotStore} throws.
 */
export async function lockStore(
  system: Pick<System, "accounts" | "files" | "clock" | "environment">,
  repository: Repository,
  options: LockOptions,
): Promise<LockedStore> {
  const store = snapshotStore(repository);
  const { files } = confinedSystem(system, repository, storeOwner(system, repository));
  const storage = selectStorage(system, repository, storeOwner(system, repository));
  storage.check();
  const lock = await storage.lock(options);
  try {
    return {
      ...store,
      files,
      recovered: await storage.recover(),
      [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose](),
    };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}
