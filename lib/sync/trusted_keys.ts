import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import { type KeySource, readKeyring, updatedKeyring } from "../manifest/keyring.ts";
import { refreshKeys } from "../manifest/key_refresh/refresh_keys.ts";
import { describeProblem } from "../manifest/problem.ts";
import type { Keyring } from "../manifest/signature.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { storeLayout } from "../store/layout.ts";
import { rememberedKeys, rememberKeys } from "../store/remembered_keys.ts";
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
  const trusted = await refreshed(job, remembered, reporter);
  return { keyPath, keyUpdates: trusted.openPgp.writeKeys(trusted.keys), keyring: trusted };
}

/** Whether servers are to be asked for what is new of a repository's keys, before anything else is done. */
export function refreshesKeys({ repository: { verification: { enabled, keyRefresh } } }: SyncJob): boolean {
  return enabled && keyRefresh !== "false" && keyRefresh !== "false-nowarn";
}

/** Keeps what was learnt of the keys in the store, if there is one. Needs its lock. */
export function keepKeys({ system, repository }: SyncJob, { keyUpdates }: KeySource): void {
  const { storage } = repository;
  if (storage.kind !== "hardlink_rcu" || keyUpdates === undefined) return;
  rememberKeys(system.files, storeLayout(storage.storeDir), keyUpdates);
}

/** What was learnt of a repository's keys, from its store. */
export function keptKeys(system: Pick<SyncJob["system"], "files">, { storage }: Repository): Uint8Array | undefined {
  return storage.kind === "hardlink_rcu" ? rememberedKeys(system.files, storeLayout(storage.storeDir)) : undefined;
}

async function withRemembered(job: SyncJob, keyring: Keyring, reporter: Reporter): Promise<Keyring> {
  const updates = keptKeys(job.system, job.repository);
  if (updates === undefined) return keyring;
  try {
    return await updatedKeyring(keyring, updates);
  } catch (error) {
    // The library's complaint; a file that is damaged tells nothing any more, and is replaced.
    const reason = error instanceof Error ? error.message : String(error);
    reporter.warn(`What was learnt of the keys before is lost: ${reason}`, "Have them refreshed");
    return keyring;
  }
}

async function refreshed(job: SyncJob, keyring: Keyring, reporter: Reporter): Promise<Keyring> {
  const { system, configuration, repository, options } = job;
  const { keyRefresh, keyserver, keyRefreshRetry } = repository.verification;
  if (keyRefresh === "false") {
    reporter.warn("The keys are not refreshed, so that a revoked one goes unnoticed", REFRESH_HINT);
  }
  if (keyRefresh === "false" || keyRefresh === "false-nowarn") return keyring;
  reporter.phase("keys");
  const result = await refreshKeys(system, keyring, {
    mode: keyRefresh,
    keyserver,
    settings: keyRefreshRetry,
    random: Math.random,
    signal: options.signal,
    variables: configuration.variables.childEnvironment,
    onRetry: (message, delayMs) =>
      reporter.notice(`Cannot refresh the keys: ${message}; trying again in ${Math.ceil(delayMs / 1000)} s`),
  });
  if (result.kind === "refreshed") return result.keyring;
  throw new Fault("verification", `Cannot refresh the keys of ${quoted(repository.name)}: ${result.message}`, {
    hint: "Without a network: sync-openpgp-key-refresh = false; nothing was transferred",
  });
}

const REFRESH_HINT = "Set sync-openpgp-key-refresh = true, or false-nowarn to hear no more of it";
