import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import { type KeySource, readKeyring, updatedKeyring } from "../manifest/keyring.ts";
import { type Refreshed, refreshKeys, type RefreshOptions } from "../manifest/key_refresh/refresh_keys.ts";
import { describeProblem } from "../manifest/problem.ts";
import type { Keyring } from "../manifest/signature.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { rememberKeyRefresh } from "../store/key_refresh.ts";
import { storeLayout } from "../store/layout.ts";
import { rememberedKeys, rememberKeys } from "../store/remembered_keys.ts";
import { type RefreshGrace, refreshGrace } from "./refresh_grace.ts";
import type { Reporter } from "./reporter.ts";
import type { SyncJob } from "./sync_job.ts";

/**
 * The keys to verify a repository with: those of its key file, with what earlier refreshes told of them and, where
 * `sync-openpgp-key-refresh` asks for it, a new one. The key file itself is never changed.
 *
 * @throws {Fault} `configuration` for a key file that is none, `verification` when the keys cannot be refreshed.
 */
export async function trustedKeys(job: SyncJob, reporter: Reporter): Promise<KeySource> {
  const { system, repository } = job;
  const { keyPath } = repository.verification;
  if (keyPath === undefined) {
    throw new Fault("configuration", `No file of keys is named for ${quoted(repository.name)}`);
  }
  const keyring = await readKeyring(system, { keyPath });
  if ("code" in keyring) {
    throw new Fault("configuration", `Cannot verify ${quoted(repository.name)}: ${describeProblem(keyring)}`, {
      hint: "Let sync-openpgp-key-path name the file of the repository's public keys",
    });
  }
  const remembered = await withRemembered(job, keyring, reporter);
  const grace = remembered && refreshGrace(job, remembered);
  const { keyring: trusted, refreshedMs } = await refreshed(job, { keyring: remembered ?? keyring, grace }, reporter);
  return { keyPath, keyUpdates: trusted.openPgp.writeKeys(trusted.keys), keyring: trusted, refreshedMs };
}

/** Whether servers are to be asked for what is new of a repository's keys, before anything else is done. */
export function refreshesKeys({ repository: { verification: { enabled, keyRefresh } } }: SyncJob): boolean {
  return enabled && keyRefresh !== "false" && keyRefresh !== "false-nowarn";
}

/** Keeps what was learnt of the keys in the store, if there is one. Needs its lock. */
export function keepKeys({ system, repository }: SyncJob, { keyUpdates, keyring, refreshedMs }: KeySource): void {
  const { storage } = repository;
  if (storage.kind !== "hardlink_rcu" || keyUpdates === undefined) return;
  const layout = storeLayout(storage.storeDir);
  rememberKeys(system.files, layout, keyUpdates);
  if (keyring === undefined || refreshedMs === undefined) return;
  const fingerprints = keyring.keys.map(({ fingerprint }) => fingerprint);
  rememberKeyRefresh(system.files, layout, { schema: 1, refreshedMs, fingerprints });
}

/** What was learnt of a repository's keys, from its store. */
export function keptKeys(system: Pick<SyncJob["system"], "files">, { storage }: Repository): Uint8Array | undefined {
  return storage.kind === "hardlink_rcu" ? rememberedKeys(system.files, storeLayout(storage.storeDir)) : undefined;
}

/** `undefined` when nothing is remembered. */
async function withRemembered(job: SyncJob, keyring: Keyring, reporter: Reporter): Promise<Keyring | undefined> {
  const updates = keptKeys(job.system, job.repository);
  if (updates === undefined) return undefined;
  try {
    return await updatedKeyring(keyring, updates);
  } catch (error) {
    // The library's complaint; a file that is damaged tells nothing any more, and is replaced.
    const reason = error instanceof Error ? error.message : String(error);
    reporter.warn(`What was learnt of the keys before is lost: ${reason}`, "Have them refreshed");
    return undefined;
  }
}

/** What is known of the keys before a refresh. */
interface KnownKeys {
  readonly keyring: Keyring;
  /** When another refresh may fail. */
  readonly grace: RefreshGrace | undefined;
}

async function refreshed(
  job: SyncJob,
  known: KnownKeys,
  reporter: Reporter,
): Promise<{ readonly keyring: Keyring; readonly refreshedMs: number | undefined }> {
  const { system, repository: { name, verification: { keyRefresh } } } = job;
  const { keyring, grace } = known;
  if (keyRefresh === "false") {
    reporter.warn("The keys are not refreshed, so that a revoked one goes unnoticed", REFRESH_HINT);
  }
  if (keyRefresh === "false" || keyRefresh === "false-nowarn") return { keyring, refreshedMs: undefined };
  reporter.phase("keys");
  const mode = keyRefresh === "best-effort" ? "true" : keyRefresh;
  const result = await ask(job, { ...known, mode }, reporter);
  if (result.kind === "refreshed") return { keyring: result.keyring, refreshedMs: system.clock.nowMs() };
  if (grace === undefined) {
    throw new Fault("verification", `Cannot refresh the keys of ${quoted(name)}: ${result.message}`, {
      hint: keyRefresh === "best-effort" ? GRACE_HINT : OFFLINE_HINT,
    });
  }
  reporter.warn(`Cannot refresh the keys: ${result.message}`, `Those of ${grace.refreshed} do until ${grace.ends}`);
  return { keyring, refreshedMs: undefined };
}

function ask(
  { system, configuration, repository, options }: SyncJob,
  { keyring, grace, mode }: KnownKeys & Pick<RefreshOptions, "mode">,
  reporter: Reporter,
): Promise<Refreshed> {
  const { keyserver, keyRefreshRetry } = repository.verification;
  return refreshKeys(system, keyring, {
    mode,
    keyserver,
    // Stock settings try for 20 minutes, which is too long for what can be done without.
    settings: grace === undefined ? keyRefreshRetry : { ...keyRefreshRetry, count: 1 },
    random: Math.random,
    signal: options.signal,
    variables: configuration.variables.childEnvironment,
    onRetry: (message, delayMs) =>
      reporter.notice(`Cannot refresh the keys: ${message}; trying again in ${Math.ceil(delayMs / 1000)} s`),
  });
}

const OFFLINE_HINT = "Without a network: sync-openpgp-key-refresh = false; nothing was transferred";
const GRACE_HINT = "Under best-effort and sync-rcu a refresh does for 7 days; nothing was transferred";
const REFRESH_HINT = "Set sync-openpgp-key-refresh = true, or false-nowarn to hear no more of it";
