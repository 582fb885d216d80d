import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { FileLock } from "../host/lock.ts";
import type { System } from "../host/system.ts";
import { takeLease } from "../readers/lease.ts";
import type { Repository } from "../repos_conf/repository.ts";
import type { Snapshot } from "../store/snapshots.ts";
import { findSnapshot } from "./find_snapshot.ts";
import { snapshotStore } from "./snapshot_store.ts";

/** Snapshots that garbage collection leaves alone until this is disposed of, or this process ends. */
export interface LeasedSnapshots extends Disposable {
  /** In the order in which they were asked for. */
  readonly leased: readonly { readonly repository: Repository; readonly snapshot: Snapshot }[];
}

/** What to lease: a snapshot by its number, or the latest one. */
export interface LeaseRequest {
  readonly repository: Repository;
  readonly id?: number;
}

const RETRY_MS = 20;
/** A look for readers, which keeps leases away, takes a second on a busy machine. */
const MAX_ATTEMPTS = 500;

/**
 * Leases a snapshot of each repository, all as they were at one moment: when every lease is held, each latest snapshot
 * must still be the one that was leased; else all are let go and taken anew.
 *
 * Needs no right but to read the snapshots, and no lock of the store.
 *
 * @throws {Fault} when a repository has no such snapshot, or it cannot be leased for ten seconds.
 */
export async function leaseSnapshots(
  system: Pick<System, "files" | "clock">,
  requests: readonly LeaseRequest[],
  signal?: AbortSignal,
): Promise<LeasedSnapshots> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const leases = tryLease(system, requests);
    if (leases !== undefined) return leases;
    await system.clock.sleep(RETRY_MS, signal);
  }
  const names = requests.map(({ repository }) => quoted(repository.name)).join(", ");
  throw new Fault("store", `Cannot lease a snapshot of ${names}: another process keeps it locked`, {
    hint: "See who holds the snapshot's directory: lsof, or /proc/locks",
  });
}

function tryLease(
  { files }: Pick<System, "files">,
  requests: readonly LeaseRequest[],
): LeasedSnapshots | undefined {
  const find = ({ repository, id }: LeaseRequest) => findSnapshot({ files }, snapshotStore(repository), id);
  const leased = requests.map((request) => ({ ...request, snapshot: find(request) }));
  const locks: FileLock[] = [];
  const release = () => locks.forEach((lock) => lock[Symbol.dispose]());
  for (const { snapshot } of leased) {
    const lock = takeLease(files, snapshot.path);
    if (lock !== undefined) locks.push(lock);
  }
  const isWhole = locks.length === leased.length;
  if (isWhole && leased.every((one) => find(one).id === one.snapshot.id)) {
    return { leased, [Symbol.dispose]: release };
  }
  release();
  return undefined;
}
