import { isErrno } from "../base/errno.ts";
import { asFault, Fault } from "../base/fault.ts";
import { resolveWithin } from "../host/resolve.ts";
import type { System } from "../host/system.ts";
import type { Variables } from "../repos_conf/configuration.ts";
import { isLeftToPortage } from "../repos_conf/left_to_portage.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { repositoryIdentity } from "./identity.ts";
import { refuseReadOnly } from "./read_only.ts";
import { rsyncWords } from "./rsync_words.ts";
import { selectStorage } from "./select.ts";
import { refuseVersionControl } from "./vcs.ts";
import { refuseUnverifiable } from "./verifiable.ts";

type LookingSystem = Pick<System, "accounts" | "clock" | "environment" | "files">;

/**
 * Why the configuration keeps a repository from being synced: what a sync finds out before it asks a mirror. Nothing
 * for one that is left to Portage. What this user may not look at is among it: see {@linkcode isUnseen}.
 */
export function configurationObstacles(
  system: LookingSystem,
  repository: Repository,
  variables: Pick<Variables, "get">,
): readonly Fault[] {
  if (isLeftToPortage(repository)) return [];
  // What could not be read has no value to be looked at.
  if (repository.faults.length > 0) return repository.faults;
  return faultsOf([
    () => repositoryIdentity(system, repository),
    () => refuseUnverifiable(system, repository),
    () => rsyncWords(repository, variables),
  ]);
}

/**
 * Why what is at LOCATION and in the store keeps a repository from being synced; looks only. Nothing for one that is
 * left to Portage, or is not to be synced at all, whose owner keeps there what they like.
 */
export function pathObstacles(system: LookingSystem, repository: Repository): readonly Fault[] {
  const { name, root, location, rsync, storage, syncType } = repository;
  if (syncType === undefined || isLeftToPortage(repository)) return [];
  const tree = resolveWithin(system.files, root, location);
  return faultsOf([
    () => selectStorage(system, repository, repositoryIdentity(system, repository)).check(),
    () => rsync.vcsIgnore || refuseVersionControl(system.files, name, tree),
    () => refuseReadOnly(system.files, repository, storage.kind === "hardlink_rcu" ? storage.storeDir : tree),
  ]);
}

/** Whether a fault tells only that this user may not look at something: who syncs may, and find nothing wrong. */
export function isUnseen({ kind, cause }: Fault): boolean {
  return kind === "unexpected" && isForbidden(cause);
}

function isForbidden(error: unknown): boolean {
  return isErrno(error, "EACCES", "EPERM");
}

function faultsOf(checks: readonly (() => unknown)[]): Fault[] {
  return checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      if (error instanceof Fault || isForbidden(error)) return [asFault(error)];
      throw error;
    }
  });
}
