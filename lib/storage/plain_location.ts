import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import { resolveWithin } from "../host/resolve.ts";
import type { System } from "../host/system.ts";
import { ensureDirectory } from "../store/access.ts";
import { lockDirectory, type LockOptions } from "../store/lock.ts";
import type { SyncOwner } from "./storage.ts";

/** What the storages of plain directories need to know. */
export interface PlainLocation {
  readonly name: string;
  readonly location: string;
  readonly root: string;
  readonly owner: SyncOwner;
}

/** LOCATION with all links resolved: the directory that holds the tree. */
export function resolvedLocation({ files }: Pick<System, "files">, { root, location }: PlainLocation): string {
  return resolveWithin(files, root, location);
}

/** Keeps other writers out by a lock on the tree's directory, which is made where missing. */
export async function lockLocation(
  system: Pick<System, "files" | "clock" | "environment">,
  repository: PlainLocation,
  { tree, options }: { readonly tree: string; readonly options: LockOptions },
): Promise<AsyncDisposable> {
  ensureLocation(system, repository, tree);
  const lock = await lockDirectory(system, tree, options);
  return {
    [Symbol.asyncDispose]: () => {
      lock[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

/** Creates the tree's directory where missing: parents as ours, the last one as the sync user's, mode 0755. */
function ensureLocation({ files }: Pick<System, "files">, repository: PlainLocation, tree: string): void {
  if (files.stat(tree) !== undefined) return;
  ensureDirectory(files, tree);
  const { uid, gid } = repository.owner;
  const made = files.lstat(tree);
  if (made === undefined || (uid === undefined && gid === undefined)) return;
  files.lchown(tree, uid ?? made.uid, gid ?? made.gid);
}

/**
 * Refuses to change a published snapshot in place, as happens when `sync-rcu` is taken out of repos.conf while LOCATION
 * still points into the store.
 *
 * @throws {Fault} `configuration`; also when LOCATION is no directory.
 */
export function refuseSnapshot(
  { files }: Pick<System, "files">,
  { name, location }: PlainLocation,
  tree: string,
): void {
  const stat = files.stat(tree);
  if (stat !== undefined && stat.type !== "directory") {
    throw new Fault(
      "configuration",
      `Location ${quoted(location)} of ${quoted(name)} is a ${stat.type}, not a directory`,
      { hint: "Move it away, or correct the location in repos.conf" },
    );
  }
  const store = /^(.*)\/snapshots\/[1-9][0-9]*$/.exec(tree)?.[1];
  if (store === undefined || files.lstat(`${store}/latest`)?.type !== "symlink") return;
  throw new Fault(
    "configuration",
    `Location ${quoted(location)} of ${quoted(name)} is snapshot ${quoted(tree)}, which must not change`,
    { hint: `Set sync-rcu = yes again, or replace the link by a copy: rcusync migrate ${name} --to quarantine` },
  );
}
