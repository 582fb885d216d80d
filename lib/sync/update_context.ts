import type { Rejection } from "../manifest/verify_repository.ts";
import type { RsyncFailure } from "../rsync/failure.ts";
import type { RepoStorage } from "../storage/storage.ts";
import type { Mirrors } from "./mirrors.ts";
import type { Reporter } from "./reporter.ts";
import type { ChosenStrategy } from "./strategy.ts";
import type { SyncJob } from "./sync_job.ts";
import type { TrustSource } from "./trust.ts";

/** One repository's sync, once it is settled how its tree is kept and who is asked. */
export interface UpdateContext {
  readonly job: SyncJob;
  readonly storage: RepoStorage;
  readonly mirrors: Mirrors;
  readonly reporter: Reporter;
  /** What trees are verified by; absent when they are not. */
  readonly trust?: TrustSource | undefined;
  /** Whether an earlier run left something that was brought into order. */
  readonly isRecovered?: boolean;
  /** How to find out what changed. */
  readonly strategy?: ChosenStrategy;
  /** Take no file from what is published in place of the mirror's: it may be what does not verify. */
  readonly fromMirrorAlone?: boolean;
}

/** Why one mirror could not do it. */
export type MirrorFailure = Pick<RsyncFailure, "kind" | "retry" | "message" | "hint" | "diskFull"> & {
  /** What is wrong with the tree that it has, when that was verified. */
  readonly rejected?: Rejection;
  /** Whether its tree contradicts its Manifests, so that another way than by them may do better. */
  readonly isTorn?: boolean;
};
