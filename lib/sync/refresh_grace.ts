import type { Keyring } from "../manifest/signature.ts";
import { lastKeyRefresh } from "../store/key_refresh.ts";
import { storeLayout } from "../store/layout.ts";
import type { SyncJob } from "./sync_job.ts";

const GRACE_DAYS = 7;

/** Between which times one refresh does, ISO 8601. */
export interface RefreshGrace {
  readonly refreshed: string;
  readonly ends: string;
}

/**
 * How long the last refresh of a repository's keys does when another one fails, under `sync-openpgp-key-refresh =
 * best-effort`; `undefined` when it does not any more. Only a store remembers refreshes, and one that did not cover all
 * keys, or lies in the future, is none.
 */
export function refreshGrace({ system, repository }: SyncJob, { keys }: Keyring): RefreshGrace | undefined {
  const { storage, verification: { keyRefresh } } = repository;
  if (keyRefresh !== "best-effort" || storage.kind !== "hardlink_rcu") return undefined;
  const last = lastKeyRefresh(system.files, storeLayout(storage.storeDir));
  if (last === undefined || !keys.every(({ fingerprint }) => last.fingerprints.includes(fingerprint))) return undefined;
  const [nowMs, endsMs] = [system.clock.nowMs(), last.refreshedMs + GRACE_DAYS * 24 * 60 * 60 * 1000];
  if (last.refreshedMs > nowMs || endsMs <= nowMs) return undefined;
  return { refreshed: new Date(last.refreshedMs).toISOString(), ends: new Date(endsMs).toISOString() };
}
