import type { Change } from "../rsync/change.ts";
import type { LockOptions } from "../store/lock.ts";
import type { RejectionReport } from "./rejected.ts";

/**
 * How a repository's tree is kept and replaced. The five members that carry the work bear the names of Portage's
 * storage classes. Calling order: `lock`, `recover`, perhaps `prepareUpdate`, then `initUpdate` and either
 * `commitUpdate` with `garbageCollection` after it, or `abortUpdate`.
 *
 * No method but `commitUpdate` changes what consumers see, apart from `recover`, which finishes what a crash cut off.
 */
export interface RepoStorage {
  readonly kind: "inplace" | "hardlink_quarantine" | "hardlink_rcu";
  /**
   * Refuses paths that cannot work; looks only.
   *
   * @throws {Fault} `configuration` or `store`.
   */
  check(): void;
  /**
   * Keeps other writers out until disposed.
   *
   * @throws {Fault} `locked`.
   */
  lock(options: LockOptions): Promise<AsyncDisposable>;
  /** Brings what an interrupted run left into order, and returns what was done, a sentence each. Needs the lock. */
  recover(): Promise<readonly string[]>;
  /** The complete tree that is published now and that a mirror is compared with; `undefined` when there is none. */
  readonly published: string | undefined;
  /** An existing directory on the file system that takes the updates. */
  readonly place: string;
  /**
   * Where what is fetched can be put before it becomes part of an update: on the same file system, out of everybody's
   * sight. Nothing is there; what is left there is removed by `recover`. `undefined` where there is no such place.
   */
  readonly incoming: string | undefined;
  /** Patterns that rsync must exclude, besides the user's own. */
  readonly excludes: readonly string[];
  /** Whether rsync may write into the update tree as it likes, which is the published tree itself. */
  readonly direct: boolean;
  /**
   * Begins ahead with what `initUpdate` does, as far as it costs little to take back: while the mirror is still being
   * asked whether there is anything new. What `garbageCollection` left goes, too, as far as there is time. Whoever
   * calls it calls `initUpdate` or `abortUpdate` afterwards.
   *
   * @param asked aborts when the mirror has answered.
   * @param onAhead called when there is something `ahead`.
   */
  prepareUpdate(asked: AbortSignal, onAhead?: () => void): Promise<void>;
  /**
   * What `prepareUpdate` has made and `initUpdate` will give, as soon as it is complete; until then only to be read.
   */
  readonly ahead: string | undefined;
  /**
   * Makes a private copy of the published tree ready to be changed. Files in it may be hard links: replace them, never
   * write to them.
   */
  initUpdate(options: UpdateOptions): Promise<Update>;
  /** The directory that `initUpdate` made, until it is committed or aborted. */
  readonly currentUpdate: string | undefined;
  /** Publishes the update. Durable when it resolves. */
  commitUpdate(update: FinishedUpdate): Promise<Publication>;
  /** Removes the update, if there is one that this run began. What is published stays as it is. */
  abortUpdate(): Promise<void>;
  /**
   * Gives the update up, but keeps it for inspection until the next one succeeds; where none was begun, the report alone.
   * What is published stays as it is.
   *
   * @param report what is wrong with it, for the file beside it where there is room for one.
   * @returns where it is; `undefined` when there is none, or it could not be kept apart from what is published.
   */
  rejectUpdate(report: RejectionReport): Promise<string | undefined>;
  /** Takes what is no longer needed out of sight, in a moment; to be removed entry by entry later. Needs the lock. */
  garbageCollection(): Promise<GarbageCollection>;
  /** Removes at once what `garbageCollection` and what was given up have left. Needs the lock. */
  emptyTrash(): Promise<void>;
}

export interface UpdateOptions {
  readonly signal: AbortSignal;
  /** Share no inode with the published tree, for rsync options that write to files in place. */
  readonly unshared: boolean;
}

/** A tree to be changed. */
export interface Update {
  readonly dir: string;
  /** Whether an interrupted run made changes to it already, so that it is something between two trees. */
  readonly resumed: boolean;
}

/** What is known of an update when it is finished. */
export interface FinishedUpdate {
  /** What differs from the tree that was published; `undefined` when unknown, for storages that are `direct`. */
  readonly changes: readonly Change[] | undefined;
  /** The mirror it came from, without a password. */
  readonly uri: string;
  readonly verified: boolean;
}

/** What `commitUpdate` made visible. */
export interface Publication {
  /** The tree that consumers get from now on. */
  readonly tree: string;
  /** Its number; absent for storages without snapshots. */
  readonly snapshot?: number;
}

/** What `garbageCollection` did. */
export interface GarbageCollection {
  readonly removed: readonly number[];
  /** Why less was removed than could be, a sentence each. */
  readonly notes: readonly string[];
  /** What has to be mended before any can be removed, a sentence each. */
  readonly warnings: readonly string[];
}

/** The user that rsync runs as, for what it must be able to write to; `undefined`: the user of this process. */
export interface SyncOwner {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** For who only looks. */
export const CALLER: SyncOwner = { uid: undefined, gid: undefined };
