import type { Fault } from "../base/fault.ts";
import type { Origin } from "./origin.ts";
import type { Strategy } from "./strategy.ts";

/**
 * One repository: a section of repos.conf, parsed.
 *
 * Paths come twice under `--root DIR`: as seen from here (DIR included) and as a process inside DIR sees
 * them (`…Inside`, what links are made of). Without `--root` both are the same.
 */
export interface Repository {
  /** The name of the section. */
  readonly section: string;
  /** What the local copy calls itself (`profiles/repo_name`, `repo-name` of layout.conf), else the section's name. */
  readonly name: string;
  /** Other names that select it on the command line. */
  readonly aliases: readonly string[];
  /** Absolute and normalised, without a trailing slash; its links are not resolved. */
  readonly location: string;
  readonly locationInside: string;
  /** The system it belongs to: `/`, or the argument of `--root`. */
  readonly root: string;
  readonly storage: StorageSettings;
  readonly syncType: string | undefined;
  readonly syncUri: string | undefined;
  readonly autoSync: boolean;
  readonly priority: number;
  /** Names of the repositories that it builds on: from repos.conf, else from the local copy's layout.conf. */
  readonly masters: readonly string[];
  readonly volatile: boolean | undefined;
  readonly hooksOnlyOnChange: boolean;
  readonly user: string | undefined;
  /** Whether FEATURES has `usersync`. */
  readonly usersync: boolean;
  readonly umask: number | undefined;
  /** `sync-rcu-strategy`; default auto. */
  readonly strategy: Strategy;
  readonly rsync: RsyncSettings;
  readonly verification: VerificationSettings;
  /** Every option of the section as text, DEFAULT included, with where it comes from; for `rcusync config`. */
  readonly options: ReadonlyMap<
    string,
    { readonly value: string; readonly origin: Origin }
  >;
  /** Why it cannot be synced; empty when it can. Kind `configuration`, each. */
  readonly faults: readonly Fault[];
}

/** Which strategy keeps the tree, and its settings. */
export type StorageSettings =
  | { readonly kind: "inplace" }
  | { readonly kind: "hardlink_quarantine" }
  | HardlinkRcuSettings;

export interface HardlinkRcuSettings {
  readonly kind: "hardlink_rcu";
  /** Absolute and normalised; as seen from here. */
  readonly storeDir: string;
  readonly storeDirInside: string;
  /** At least 0; default 1. */
  readonly spareSnapshots: number;
  /** At least 0; default 7. */
  readonly ttlDays: number;
  /** `sync-rcu-link-style`: the text of the symlink at LOCATION; default absolute. */
  readonly linkStyle: "absolute" | "relative";
  /** `sync-rcu-recycle`; default true. */
  readonly recycle: boolean;
  /** `sync-rcu-gc-in-use`; default keep. */
  readonly gcInUse: "keep" | "ignore";
}

export interface RsyncSettings {
  /** Words of `sync-rsync-extra-opts`, else of PORTAGE_RSYNC_EXTRA_OPTS. */
  readonly extraOpts: readonly string[];
  readonly vcsIgnore: boolean;
}

export interface VerificationSettings {
  /** `sync-rsync-verify-metamanifest`. */
  readonly enabled: boolean;
  /** Workers; `undefined`: as many as there are processors. */
  readonly jobs: number | undefined;
  /** 0: no limit. */
  readonly maxAgeDays: number;
  /** What becomes of a tree that is older; default warn. */
  readonly maxAgeAction: "warn" | "fail";
  readonly keyPath: string | undefined;
  readonly keyserver: string | undefined;
  readonly keyRefresh: "true" | "wkd" | "keyserver" | "best-effort" | "false" | "false-nowarn";
  readonly keyRefreshRetry: KeyRefreshRetry;
}

/** The `sync-openpgp-key-refresh-retry-*` options; `undefined` where unset. */
export interface KeyRefreshRetry {
  readonly count: number | undefined;
  readonly overallTimeoutSeconds: number | undefined;
  readonly delayExpBase: number | undefined;
  readonly delayMaxSeconds: number | undefined;
  readonly delayMult: number | undefined;
}
