import { asFault } from "../base/fault.ts";
import { momentText } from "../base/moment.ts";
import { lastSync, rememberSync } from "../store/last_sync.ts";
import { storeLayout } from "../store/layout.ts";
import { latestSnapshot } from "../store/snapshots.ts";
import type { SyncDone } from "./event.ts";
import type { Reporter } from "./reporter.ts";
import type { SyncJob } from "./sync_job.ts";

/**
 * Why `--min-interval` leaves the mirror alone this time, or `undefined` when the repository is due: that much time has
 * passed since the last sync that succeeded. Only a store remembers that; what has none is always due. So is a
 * repository without a published snapshot, one whose last sync lies in the future, and any under `--force`.
 */
export function restOfMirror({ system, repository, options }: SyncJob): string | undefined {
  const { minIntervalSeconds, force } = options;
  if (minIntervalSeconds === undefined || force || repository.storage.kind !== "hardlink_rcu") return undefined;
  const layout = storeLayout(repository.storage.storeDir);
  const last = lastSync(system.files, layout);
  if (last === undefined || latestSnapshot(system.files, layout) === undefined) return undefined;
  const nowMs = system.clock.nowMs();
  const dueMs = last.endedMs + minIntervalSeconds * 1000;
  if (last.endedMs > nowMs || dueMs <= nowMs) return undefined;
  return `Synced at ${momentText(last.endedMs)}; --min-interval leaves the mirror alone until ${momentText(dueMs)}`;
}

/**
 * Remembers a sync that succeeded, for `--min-interval` and for monitoring; a part of a tree is no sync of it. Needs
 * the store's lock. What cannot be remembered undoes nothing.
 */
export function rememberContact(
  { system, repository: { storage }, options }: SyncJob,
  reporter: Reporter,
  { outcome, bytes = 0, strategy }: Pick<SyncDone, "outcome" | "bytes" | "strategy">,
): void {
  if (storage.kind !== "hardlink_rcu" || options.submodules.length > 0) return;
  if (outcome !== "updated" && outcome !== "up-to-date") return;
  const layout = storeLayout(storage.storeDir);
  if (latestSnapshot(system.files, layout) === undefined) return;
  const [durationMs, phasesMs] = [reporter.durationMs(), reporter.phasesMs()];
  try {
    rememberSync(system.files, layout, {
      schema: 1,
      endedMs: system.clock.nowMs(),
      ...{ outcome, durationMs, phasesMs, bytes },
      ...(strategy !== undefined && { strategy }),
    });
  } catch (error) {
    reporter.warn(`When this sync was is not remembered: ${asFault(error).message}`);
  }
}
