import type { RetentionPolicy } from "../store/retention.ts";
import type { SyncOwner } from "./storage.ts";

/** What the RCU storage needs to know of a repository. Paths are as seen from here unless `…Inside`. */
export interface RcuRepository extends RetentionPolicy {
  readonly name: string;
  readonly root: string;
  readonly location: string;
  readonly storeDir: string;
  /** The store as a process inside `root` sees it: what links are made of. */
  readonly storeDirInside: string;
  readonly linkStyle: "absolute" | "relative";
  readonly recycle: boolean;
  readonly gcInUse: "keep" | "ignore";
  readonly owner: SyncOwner;
}
