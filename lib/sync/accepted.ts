import { asFault, type Fault } from "../base/fault.ts";
import type { KeySource } from "../manifest/keyring.ts";
import type { AcceptedState } from "../manifest/timestamp_policy.ts";
import type { TopManifest } from "../manifest/top_manifest.ts";
import { keepAcceptedState, keptState } from "../store/accepted_state.ts";
import { type StoreLayout, storeLayout } from "../store/layout.ts";
import type { Reporter } from "./reporter.ts";
import type { SyncJob } from "./sync_job.ts";

/** A state that was accepted, and who signed it. */
export interface SignedUpdate extends AcceptedState {
  /** Fingerprints of primary keys, in upper-case hex. */
  readonly signers: readonly string[];
}

/** Of a top-level Manifest that was found right. */
export function signedUpdate(
  { timestampMs, textDigest, signedBy }: Pick<TopManifest, "timestampMs" | "textDigest" | "signedBy">,
): SignedUpdate {
  return { timestampMs, textDigest, signers: signedBy.map(({ primaryFingerprint }) => primaryFingerprint) };
}

/** What the store remembers, if one of today's keys has signed it. */
export function rememberedState(job: SyncJob, { keyring }: KeySource): AcceptedState | undefined {
  const layout = storeOf(job);
  const kept = layout && keptState(job.system.files, layout);
  const isOurs = (signer: string) => keyring === undefined || keyring.keys.some((key) => key.fingerprint === signer);
  return kept?.signers.some(isOurs) ? kept : undefined;
}

/**
 * Remembers the state that was just published, so that no mirror takes the repository back behind it, whatever becomes
 * of the tree; only the user does, by `--allow-older`. Storages without a store remember nothing but the tree itself.
 * Needs the store's lock.
 *
 * @param isGuided whether only what Manifests name was compared with the mirror.
 */
export function rememberAccepted(
  job: SyncJob,
  reporter: Reporter,
  { accepted, isGuided }: { readonly accepted: SignedUpdate; readonly isGuided: boolean },
): void {
  const layout = storeOf(job);
  if (layout === undefined) return;
  const isCompared = !isGuided || keptState(job.system.files, layout)?.isCompared === true;
  const fault = keepState(job, { ...accepted, isCompared });
  if (fault !== undefined) reporter.warn(`Which state was accepted is not remembered: ${fault.message}`);
}

/** Needs the store's lock; returns why nothing was kept where something should have been. */
export function keepState(
  job: SyncJob,
  state: SignedUpdate & { readonly isCompared: boolean },
): Fault | undefined {
  const layout = storeOf(job);
  if (layout === undefined) return undefined;
  try {
    keepAcceptedState(job.system.files, layout, state);
    return undefined;
  } catch (error) {
    return asFault(error);
  }
}

function storeOf({ repository: { storage } }: SyncJob): StoreLayout | undefined {
  return storage.kind === "hardlink_rcu" ? storeLayout(storage.storeDir) : undefined;
}
