import type { FaultKind } from "../base/fault.ts";
import type { ChangeCounts } from "../rsync/change_counts.ts";

/** The steps of a sync, in order. */
export type SyncPhase =
  | "keys"
  | "probe"
  | "plan"
  | "stage"
  | "fetch"
  | "verify"
  | "publish"
  | "collect"
  | "hooks";

/** How the sync of one repository ended. */
export type SyncOutcome = "updated" | "up-to-date" | "planned" | "failed";

/** What happens during `rcusync sync`; with `--json` each is one line of output. */
export type SyncEvent =
  | {
    readonly event: "start";
    readonly repository: string;
    readonly storage: string;
    readonly uri: string;
  }
  | {
    readonly event: "phase";
    readonly repository: string;
    readonly phase: SyncPhase;
  }
  | {
    readonly event: "progress";
    readonly repository: string;
    readonly phase: SyncPhase;
    readonly doneFiles: number;
    readonly totalFiles: number;
    readonly doneBytes: number;
    readonly totalBytes: number;
  }
  /** Something the user should know that does not stop the sync: a mirror that failed, a stale lock waited for … */
  | {
    readonly event: "warning" | "notice";
    readonly repository: string;
    readonly message: string;
    readonly hint?: string;
  }
  /** `--dry-run`: what would be done. */
  | {
    readonly event: "plan";
    readonly repository: string;
    readonly steps: readonly string[];
    readonly changes: readonly PlannedChange[];
  }
  | SyncDone
  /** The last line: the whole run. */
  | {
    readonly event: "summary";
    readonly updated: number;
    readonly upToDate: number;
    readonly failed: number;
  };

export interface PlannedChange {
  readonly action: "create" | "change" | "delete";
  readonly path: string;
}

/** The end of one repository's sync. */
export interface SyncDone {
  readonly event: "done";
  readonly repository: string;
  readonly outcome: SyncOutcome;
  /** The snapshot that is latest now; absent for storages without snapshots. */
  readonly snapshot?: number;
  readonly changes?: ChangeCounts;
  /** How many packages they are about; absent where the changes are. */
  readonly packages?: number;
  /** Bytes of file contents that were fetched. */
  readonly bytes?: number;
  /** Files that were read to verify the tree; fewer than it has, when most were verified before. */
  readonly hashedFiles?: number;
  /** How what changed was found out: `pass` by one whole pass of rsync, for the others see `sync-rcu-strategy`. */
  readonly strategy?: {
    readonly name: "manifest" | "plan" | "full" | "pass";
    /** Completes "NAME, because …". */
    readonly why: string;
  };
  readonly durationMs: number;
  readonly phasesMs: Readonly<Partial<Record<SyncPhase, number>>>;
  readonly error?: {
    readonly kind: FaultKind;
    readonly message: string;
    readonly hint?: string;
  };
}
