import type { System } from "../host/system.ts";
import type { HardlinkRcuSettings, Repository } from "../repos_conf/repository.ts";
import { confinedSystem } from "./confined_system.ts";
import { hardlinkQuarantineStorage } from "./hardlink_quarantine.ts";
import { hardlinkRcuStorage } from "./hardlink_rcu.ts";
import { inplaceStorage } from "./inplace.ts";
import type { RcuRepository } from "./rcu_repository.ts";
import type { RepoStorage, SyncOwner } from "./storage.ts";

/** The storage that a repository's settings ask for. */
export function selectStorage(
  unconfined: Pick<System, "files" | "clock" | "environment">,
  repository: Repository,
  owner: SyncOwner,
): RepoStorage {
  const { storage } = repository;
  const system = confinedSystem(unconfined, repository, owner);
  switch (storage.kind) {
    case "inplace":
      return inplaceStorage(system, { ...repository, owner });
    case "hardlink_quarantine":
      return hardlinkQuarantineStorage(system, { ...repository, owner });
    case "hardlink_rcu":
      return hardlinkRcuStorage(system, rcuRepository(repository, { storage, owner }));
  }
}

/** What the RCU storage needs of a repository. */
export function rcuRepository(
  { name, root, location }: Repository,
  { storage, owner }: { readonly storage: HardlinkRcuSettings; readonly owner: SyncOwner },
): RcuRepository {
  return { name, root, location, ...storage, owner };
}
