import { resolveWithin } from "../host/resolve.ts";
import type { System } from "../host/system.ts";
import type { Repository } from "../repos_conf/repository.ts";
import type { SyncOwner } from "./storage.ts";

/**
 * The system for work in the store or the tree of a repository. Where another account owns what is in there, no link that
 * it puts there leads this process elsewhere.
 */
export function confinedSystem<S extends Pick<System, "files" | "environment">>(
  system: S,
  { storage, root, location }: Repository,
  { uid }: SyncOwner,
): S {
  const { files, environment } = system;
  if (uid === undefined || uid === environment.uid || files.confined === undefined) return system;
  const isStore = storage.kind === "hardlink_rcu";
  return { ...system, files: files.confined(isStore ? storage.storeDir : resolveWithin(files, root, location)) };
}
