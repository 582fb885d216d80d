import { join } from "@std/path";
import { errnoOf } from "../base/errno.ts";
import {
  isVerified,
  openMemory,
  type VerificationExtent,
  type VerificationMemory,
} from "../storage/verification_memory.ts";
import { forgetVerifiedState, identifySnapshot, noteVerified, type VerifiedChange } from "../storage/verified_state.ts";
import { storeLayout } from "../store/layout.ts";
import { latestSnapshot, listSnapshots, type Snapshot } from "../store/snapshots.ts";
import type { Reporter } from "./reporter.ts";
import type { SyncJob } from "./sync_job.ts";

/** How often every file is read, unless said otherwise. */
export const DEFAULT_FULL_EVERY_DAYS = 30;

/** What earlier syncs verified of a repository; there is nothing of the kind without a store. */
export interface VerifiedBefore {
  /** To be called after the last change to the tree that is to be verified. */
  open(extent?: { readonly full: boolean }): VerificationMemory;
  /** Keeps what was learnt, once the tree is the latest snapshot. */
  remember(memory: VerificationMemory, textDigest: string): void;
  /** Keeps what was proved of the latest snapshot, which was made of the one that is known. */
  note(proof: Pick<VerifiedChange, "textDigest" | "settledNs" | "changed">): void;
  /** The latest snapshot, when it has yet to be verified as a whole. */
  unverified(textDigest: string): Snapshot | undefined;
  /** Numbers of the snapshots that share a file with the staging tree. */
  sharing(path: string): readonly number[];
  /** Has everything read the next time. */
  forget(): Promise<void>;
}

/** Opens the store of a job, if it has one. Needs its lock. */
export function verifiedBefore(
  { system, repository, options }: SyncJob,
  reporter: Reporter,
): VerifiedBefore | undefined {
  const { storage } = repository;
  if (storage.kind !== "hardlink_rcu") return undefined;
  const { files } = system;
  const layout = storeLayout(storage.storeDir);
  const extent: VerificationExtent = {
    full: false,
    fullEveryDays: options.fullEveryDays ?? DEFAULT_FULL_EVERY_DAYS,
  };
  const keep = (note: (snapshot: Snapshot) => void) => {
    const snapshot = latestSnapshot(files, layout);
    if (snapshot === undefined) return;
    try {
      note(snapshot);
    } catch (error) {
      // What is published is verified all the same; the next check takes longer.
      if (errnoOf(error) === undefined) throw error;
      reporter.warn(`What was verified could not be noted down: ${errnoOf(error)}`, "The next sync reads every file");
    }
  };
  return {
    open: ({ full } = { full: false }) => openMemory(system, layout, { ...extent, full }),
    remember: (memory, textDigest) => keep((snapshot) => memory.remember(snapshot, textDigest)),
    note: (proof) =>
      keep((snapshot) => {
        const isNoted = noteVerified(files, layout, { ...proof, snapshot: identifySnapshot(files, snapshot) });
        if (!isNoted) reporter.notice("What was verified before is not known any more; the next sync reads every file");
      }),
    unverified: (textDigest) => {
      const snapshot = latestSnapshot(files, layout);
      return snapshot && !isVerified(system, layout, { snapshot, textDigest, extent }) ? snapshot : undefined;
    },
    sharing: (path) => {
      const staged = files.lstat(join(layout.update, path));
      return listSnapshots(files, layout).map(({ id, path: tree }) => ({ id, stat: files.lstat(join(tree, path)) }))
        .filter(({ stat }) => stat !== undefined && stat.ino === staged?.ino && stat.dev === staged.dev)
        .map(({ id }) => id);
    },
    forget: () => forgetVerifiedState(files, layout),
  };
}
