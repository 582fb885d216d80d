import { Fault } from "../base/fault.ts";
import { once } from "../base/once.ts";
import { quoted } from "../base/printable.ts";
import type { KeySource } from "../manifest/keyring.ts";
import type { AcceptedState } from "../manifest/timestamp_policy.ts";
import { verifyTopManifest } from "../manifest/verify_repository.ts";
import type { RepoStorage } from "../storage/storage.ts";
import { refuseUnverifiable } from "../storage/verifiable.ts";
import { keepState, rememberedState, type SignedUpdate, signedUpdate } from "./accepted.ts";
import type { SyncJob } from "./sync_job.ts";
import { keepKeys } from "./trusted_keys.ts";

/** What the trees of one sync are verified by. */
export interface Trust {
  readonly keys: KeySource;
  /** The signed state that a mirror must not take us back behind; `undefined`: any will do. */
  readonly accepted: AcceptedState | undefined;
}

/**
 * Refuses a repository whose tree is to be verified but cannot be, before anything is transferred.
 *
 * @throws {Fault} `configuration`
 */
export function checkVerifiable({ system, repository, options }: SyncJob): void {
  const { name, verification: { enabled } } = repository;
  if (enabled && options.submodules.length > 0) {
    throw new Fault("configuration", `A part of ${quoted(name)} cannot be verified: Manifests cover it as a whole`, {
      hint: "Sync it without --submodule, or set sync-rsync-verify-metamanifest = no",
    });
  }
  refuseUnverifiable(system, repository);
}

/** Gives the trust of one sync, which is found out when it is asked for the first time. */
export type TrustSource = () => Promise<Trust>;

/**
 * What to verify by; `undefined` when the repository is not verified. Needs the store's lock, as long as it is used: what
 * was learnt of the keys is kept in the store.
 */
export function trustSource(
  job: SyncJob,
  storage: Pick<RepoStorage, "published">,
  trustedKeys: () => Promise<KeySource>,
): TrustSource | undefined {
  if (!job.repository.verification.enabled) return undefined;
  return once(async () => {
    const keys = await trustedKeys();
    keepKeys(job, keys);
    return await trustIn(job, keys, storage);
  });
}

/**
 * What was accepted last is the published tree's own signed state, or what the store remembers, where that is later:
 * after a rollback, or when what was published is lost. What none of today's keys has signed was another repository's.
 */
async function trustIn(job: SyncJob, keys: KeySource, storage: Pick<RepoStorage, "published">): Promise<Trust> {
  if (job.options.allowOlder) return { keys, accepted: undefined };
  const [published, kept] = [await publishedState(job, keys, storage), rememberedState(job, keys)];
  if (published === undefined || (kept !== undefined && kept.timestampMs >= published.timestampMs)) {
    return { keys, accepted: kept };
  }
  // It was published by a version that did not remember it, or by a run that ended before it could.
  keepState(job, { ...published, isCompared: false });
  return { keys, accepted: published };
}

async function publishedState(
  { system }: SyncJob,
  keys: KeySource,
  { published }: Pick<RepoStorage, "published">,
): Promise<SignedUpdate | undefined> {
  if (published === undefined) return undefined;
  const verdict = await verifyTopManifest(system, { tree: published, ...keys });
  return verdict.ok ? signedUpdate(verdict) : undefined;
}
