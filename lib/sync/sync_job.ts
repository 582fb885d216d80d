import type { System } from "../host/system.ts";
import type { Configuration } from "../repos_conf/configuration.ts";
import type { Repository } from "../repos_conf/repository.ts";
import type { Strategy } from "../repos_conf/strategy.ts";
import type { Submodule } from "../rsync/source_words.ts";
import type { SyncEvent } from "./event.ts";

/** How `rcusync sync` was called. */
export interface SyncOptions {
  /** Report the plan as an event; change nothing. */
  readonly dryRun: boolean;
  /** Transfer even when the timestamps are equal. */
  readonly force: boolean;
  /** Take a tree that is older than the one here. */
  readonly allowOlder: boolean;
  /** Days after which every file is read again when a tree is verified; default 30. */
  readonly fullEveryDays?: number;
  /** Goes before what repos.conf says. */
  readonly strategy?: Strategy | undefined;
  /** The only parts of the tree to sync; all of it when there are none. */
  readonly submodules: readonly Submodule[];
  /** Repositories synced at the same time; default 1. */
  readonly jobs: number;
  /** Seconds to wait for the lock: 0 not at all, Infinity for ever; default 60. */
  readonly lockWaitSeconds: number;
  /** Leave alone a mirror that was asked with success less long ago. */
  readonly minIntervalSeconds?: number | undefined;
  readonly verbosity: "quiet" | "normal" | "verbose";
  /** Aborted on SIGINT or SIGTERM, with a {@linkcode Fault} of that kind as reason. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: SyncEvent) => void;
}

/** One repository's share of a run. */
export interface SyncJob {
  readonly system: System;
  readonly configuration: Configuration;
  readonly repository: Repository;
  readonly options: SyncOptions;
}
