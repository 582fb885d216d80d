import { SYNC_TYPES } from "./keys.ts";
import type { Repository } from "./repository.ts";

/** Whether a repository is of a sync-type that Portage knows and rcusync leaves to it; an unknown one is a mistake. */
export function isLeftToPortage({ syncType }: Pick<Repository, "syncType">): boolean {
  return syncType !== undefined && syncType !== "rsync" && SYNC_TYPES.includes(syncType);
}
