import { join } from "@std/path";
import { Fault } from "../base/fault.ts";
import { LOCAL_NAMES } from "../base/local_names.ts";
import type { System } from "../host/system.ts";
import type { LockOptions } from "../store/lock.ts";
import { cloneTree } from "./clone.ts";
import { commitChanges } from "./commit_changes.ts";
import { lockLocation, type PlainLocation, refuseSnapshot, resolvedLocation } from "./plain_location.ts";
import type { RejectionReport } from "./rejected.ts";
import type { FinishedUpdate, Publication, RepoStorage, UpdateOptions } from "./storage.ts";

/** The name that Portage gives the staging tree inside LOCATION. */
export const QUARANTINE = ".tmp-unverified-download-quarantine";

/** The name inside LOCATION of what was fetched and is not part of the staging tree yet. */
export const INCOMING = ".rcusync-incoming";

/**
 * A hard-linked copy of the tree is updated and verified inside LOCATION, then each changed entry is renamed into
 * place. No unverified byte is ever seen, but the change as a whole is not one step.
 */
export function hardlinkQuarantineStorage(
  system: Pick<System, "files" | "clock" | "environment">,
  repository: PlainLocation,
): RepoStorage {
  const { files } = system;
  const tree = resolvedLocation(system, repository);
  const quarantine = join(tree, QUARANTINE);
  const incoming = join(tree, INCOMING);
  const skip = new Set<string>([...LOCAL_NAMES, QUARANTINE, INCOMING]);
  let update: string | undefined;
  return {
    kind: "hardlink_quarantine",
    direct: false,
    place: tree,
    incoming,
    excludes: [...LOCAL_NAMES, QUARANTINE].map((name) => `/${name}`),
    check: () => refuseSnapshot(system, repository, tree),
    lock: (options: LockOptions) => lockLocation(system, repository, { tree, options }),
    recover: async () => {
      await files.removeTree(incoming);
      if (files.lstat(quarantine) === undefined) return [];
      await files.removeTree(quarantine);
      return [`Removed ${quarantine}, left by an earlier sync`];
    },
    get published() {
      return files.stat(tree)?.type === "directory" ? tree : undefined;
    },
    get currentUpdate() {
      return update;
    },
    prepareUpdate: () => Promise.resolve(),
    ahead: undefined,
    initUpdate: async ({ signal, unshared }: UpdateOptions) => {
      await files.removeTree(quarantine);
      update = quarantine;
      await cloneTree(system, tree, quarantine, { signal, skip, unshared });
      return { dir: quarantine, resumed: false };
    },
    commitUpdate: async ({ changes }: FinishedUpdate): Promise<Publication> => {
      if (update === undefined) throw new Fault("unexpected", "There is no update to commit");
      if (changes === undefined) throw new Fault("unexpected", "The changes of the update are not known");
      await files.flush(tree);
      await commitChanges(system, { from: quarantine, to: tree, changes });
      await files.removeTree(quarantine);
      await files.flush(tree);
      update = undefined;
      return { tree };
    },
    abortUpdate: async () => {
      if (update === undefined) return;
      update = undefined;
      await files.removeTree(quarantine);
    },
    // It stays where it is: the next sync removes it, as Portage's would.
    rejectUpdate: (_report: RejectionReport) => {
      const kept = update;
      update = undefined;
      return Promise.resolve(kept);
    },
    garbageCollection: () => Promise.resolve({ removed: [], notes: [], warnings: [] }),
    emptyTrash: () => Promise.resolve(),
  };
}
