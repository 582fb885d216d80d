import { isErrno } from "../base/errno.ts";
import { Fault } from "../base/fault.ts";
import type { System } from "../host/system.ts";
import { type RepositoryToVerify, type RepositoryVerdict, verifyRepository } from "../manifest/verify_repository.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { confinedSystem } from "../storage/confined_system.ts";
import { storeOwner } from "../storage/identity.ts";
import { selectStorage } from "../storage/select.ts";
import { openMemory, type VerificationExtent } from "../storage/verification_memory.ts";
import { forgetVerifiedState } from "../storage/verified_state.ts";
import { storeLayout } from "../store/layout.ts";
import { latestSnapshot } from "../store/snapshots.ts";

/** Which tree to verify, and how much of it to read. */
export interface PublishedTree extends RepositoryToVerify, VerificationExtent {
  readonly signal: AbortSignal;
}

/**
 * Verifies a published tree of a repository. When it is the latest snapshot of a store that no other writer works on,
 * files that were verified before and did not change since are not read, and what is verified now is noted down.
 */
export async function verifyPublished(
  system: Pick<System, "accounts" | "files" | "clock" | "environment">,
  repository: Repository,
  published: PublishedTree,
): Promise<RepositoryVerdict> {
  const { storage } = repository;
  await using lock = storage.kind === "hardlink_rcu" ? await tryLock(system, repository, published.signal) : undefined;
  if (lock === undefined || storage.kind !== "hardlink_rcu") return await verifyRepository(system, published);
  const layout = storeLayout(storage.storeDir);
  const latest = latestSnapshot(system.files, layout);
  if (latest?.path !== published.tree) return await verifyRepository(system, published);
  const confined = confinedSystem(system, repository, storeOwner(system, repository));
  const { memory, remember } = openMemory(confined, layout, published);
  const verdict = await verifyRepository(system, { ...published, memory });
  if (verdict.ok) remember(latest, verdict.textDigest);
  else await forgetVerifiedState(confined.files, layout);
  return verdict;
}

/** Whoever may not write to the store, or finds a sync at work, gets a check that reads everything. */
async function tryLock(
  system: Pick<System, "accounts" | "files" | "clock" | "environment">,
  repository: Repository,
  signal: AbortSignal,
): Promise<AsyncDisposable | undefined> {
  const storage = selectStorage(system, repository, storeOwner(system, repository));
  try {
    return await storage.lock({ waitSeconds: 0, signal, onWait: () => {} });
  } catch (error) {
    if (error instanceof Fault && error.kind === "locked") return undefined;
    const cause = error instanceof Fault ? error.cause : error;
    if (isErrno(cause, "EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT")) return undefined;
    throw error;
  }
}
