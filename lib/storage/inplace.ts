import { join } from "@std/path";
import type { Files } from "../host/files.ts";
import type { System } from "../host/system.ts";
import { TIMESTAMP_PATH } from "../rsync/timestamp.ts";
import type { LockOptions } from "../store/lock.ts";
import { lockLocation, type PlainLocation, refuseSnapshot, resolvedLocation } from "./plain_location.ts";
import { refuseReadOnly } from "./read_only.ts";
import type { RejectionReport } from "./rejected.ts";
import type { FinishedUpdate, Publication, RepoStorage } from "./storage.ts";

/**
 * The tree at LOCATION is changed as rsync goes. Readers see it half-done, and a failed sync leaves it so: for those
 * who have the room for nothing else.
 *
 * A tree that is half-done never claims the new timestamp for longer than the run: while it is changed it has none but
 * what rsync brings, and when the sync fails it gets its old one back.
 */
export function inplaceStorage(
  system: Pick<System, "files" | "clock" | "environment">,
  repository: PlainLocation,
): RepoStorage {
  const { files } = system;
  const tree = resolvedLocation(system, repository);
  const timestamp = join(tree, TIMESTAMP_PATH);
  let update: { readonly timestamp: SavedFile | undefined } | undefined;
  const giveUp = async () => {
    if (update === undefined) return;
    await files.removeTree(timestamp);
    if (update.timestamp !== undefined) putBack(files, timestamp, update.timestamp);
    update = undefined;
  };
  return {
    kind: "inplace",
    direct: true,
    place: tree,
    incoming: undefined,
    excludes: [],
    check: () => refuseSnapshot(system, repository, tree),
    lock: (options: LockOptions) => lockLocation(system, repository, { tree, options }),
    recover: () => Promise.resolve([]),
    get published() {
      return files.stat(tree)?.type === "directory" ? tree : undefined;
    },
    get currentUpdate() {
      return update && tree;
    },
    prepareUpdate: () => Promise.resolve(),
    ahead: undefined,
    initUpdate: () => {
      // rsync would complain of every file.
      refuseReadOnly(files, repository, tree);
      update ??= { timestamp: takeFile(files, timestamp) };
      return Promise.resolve({ dir: tree, resumed: false });
    },
    commitUpdate: async (_finished: FinishedUpdate): Promise<Publication> => {
      await files.flush(tree);
      update = undefined;
      return { tree };
    },
    abortUpdate: giveUp,
    rejectUpdate: async (_report: RejectionReport) => {
      await giveUp();
      return undefined;
    },
    garbageCollection: () => Promise.resolve({ removed: [], notes: [], warnings: [] }),
    emptyTrash: () => Promise.resolve(),
  };
}

interface SavedFile {
  readonly bytes: Uint8Array;
  readonly mode: number;
  readonly mtimeMs: number;
  readonly uid: number;
  readonly gid: number;
}

/** Removes a file, if there is one, and returns it. */
function takeFile(files: Files, path: string): SavedFile | undefined {
  const stat = files.lstat(path);
  if (stat?.type !== "file") return undefined;
  const { mode, mtimeMs, uid, gid } = stat;
  const bytes = files.readBytes(path);
  files.unlink(path);
  return { bytes, mode, mtimeMs, uid, gid };
}

/** A directory that went away meanwhile needs no timestamp. */
function putBack(files: Files, path: string, { bytes, mode, mtimeMs, uid, gid }: SavedFile): void {
  if (files.lstat(join(path, ".."))?.type !== "directory") return;
  files.createFile(path, bytes);
  files.lchown(path, uid, gid);
  files.chmod(path, mode);
  files.setMtimeMs(path, mtimeMs);
}
