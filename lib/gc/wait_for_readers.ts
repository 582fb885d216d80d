import type { System } from "../host/system.ts";
import type { Repository } from "../repos_conf/repository.ts";
import type { SnapshotState } from "../storage/snapshot_state.ts";
import { collectGarbage, type CollectionOptions, type CollectionResult, snapshotStates } from "./collect.ts";

/** How to wait for readers. */
export interface ReaderWait {
  /** Infinity for ever. */
  readonly readersWaitSeconds: number;
  /** Called when waiting begins, and each time that somebody has left, with the snapshots that are waited for. */
  readonly onReaders: (snapshots: readonly SnapshotState[]) => void;
}

/** What came of it. */
export interface WaitedCollection extends CollectionResult {
  /** Snapshots that were still in use when the time was up. */
  readonly stillRead: readonly SnapshotState[];
}

const POLL_MS = 250;

/**
 * Collects garbage, waits until nobody reads an expired snapshot any more, and collects what they left: the grace
 * period of read-copy-update. The store is not locked while it waits. Who begins to read meanwhile is waited for, too.
 *
 * @throws {Fault} `locked` when another writer holds the store longer than `lockWaitSeconds`.
 */
export async function collectAfterReaders(
  system: System,
  repository: Repository,
  options: CollectionOptions & ReaderWait,
): Promise<WaitedCollection> {
  const { clock } = system;
  const deadlineMs = clock.monotonicMs() + options.readersWaitSeconds * 1000;
  const rounds = [await collectGarbage(system, repository, options)];
  for (let told = "";;) {
    const { snapshots } = await snapshotStates(system, repository);
    const read = options.dryRun ? [] : snapshots.filter(isOnlyRead);
    if (read.length === 0 || clock.monotonicMs() >= deadlineMs) return { ...merged(rounds), stillRead: read };
    const ids = read.map(({ id }) => id).join(" ");
    if (ids !== told) options.onReaders(read);
    told = ids;
    await clock.sleep(POLL_MS, options.signal);
    const isFree = await someoneLeft(system, repository, read);
    if (isFree) rounds.push(await collectGarbage(system, repository, options));
  }
}

async function someoneLeft(
  system: System,
  repository: Repository,
  read: readonly SnapshotState[],
): Promise<boolean> {
  const { snapshots } = await snapshotStates(system, repository);
  return snapshots.some(({ id, keep }) => keep.length === 0 && read.some((state) => state.id === id));
}

/** Nothing but readers keeps it. */
function isOnlyRead({ keep }: SnapshotState): boolean {
  return keep.length > 0 && keep.every(({ kind }) => kind === "leased" || kind === "in-use");
}

function merged(rounds: readonly CollectionResult[]): CollectionResult {
  const last = new Map(rounds.flatMap(({ snapshots }) => snapshots.map((state) => [state.id, state])));
  return {
    snapshots: [...last.values()].sort((a, b) => a.id - b.id),
    removed: rounds.flatMap(({ removed }) => removed).sort((a, b) => a - b),
    notes: [...new Set(rounds.flatMap(({ notes }) => notes))],
  };
}
