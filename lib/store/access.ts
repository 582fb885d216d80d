import { isErrno } from "../base/errno.ts";
import { Fault } from "../base/fault.ts";
import { printable, quoted } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import type { StoreLayout } from "./layout.ts";

/** Names that a store may hold in its own directory. */
export const KNOWN_NAMES: ReadonlySet<string> = new Set([
  "snapshots",
  "latest",
  "latest.new",
  "update",
  ".rcusync",
  "lost+found",
]);

/** The mode bit by which everybody can write. */
export const OTHERS_WRITE = 0o002;

/**
 * Refuses a store that somebody else could tamper with, or that is something else than a store.
 *
 * @param trustedUid may own the store besides root and the user who runs this: the sync user.
 * @throws {Fault} `configuration` when foreign files are in it or it is no directory; `store` when others can write to
 *   it.
 */
export function checkStoreAccess(
  system: Pick<System, "files" | "environment">,
  layout: StoreLayout,
  trustedUid: number | undefined,
): void {
  const { files } = system;
  const stat = files.stat(layout.dir);
  if (stat === undefined) return;
  if (stat.type !== "directory") throw new Fault("configuration", `Store ${quoted(layout.dir)} is not a directory`);
  checkOwner(system, layout.dir, trustedUid);
  if (files.lstat(layout.own) !== undefined) checkOwner(system, layout.own, trustedUid);
  else if (files.lstat(layout.snapshots) === undefined) checkForeignFiles(system, layout);
}

function checkOwner(
  { files, environment }: Pick<System, "files" | "environment">,
  dir: string,
  trustedUid: number | undefined,
): void {
  const stat = files.lstat(dir);
  if (stat === undefined) return;
  if (stat.type === "symlink" && dir.endsWith("/.rcusync")) {
    throw new Fault("store", `${quoted(dir)} is a symbolic link`, {
      hint: "Remove it: rcusync makes its own directory there",
    });
  }
  const target = files.stat(dir) ?? stat;
  const trusted = [0, environment.uid, trustedUid];
  if (!trusted.includes(target.uid)) {
    throw new Fault("store", `${quoted(dir)} belongs to user ${target.uid}, who could change snapshots`, {
      hint: `Give it to root: chown root ${dir}`,
    });
  }
  if ((target.mode & OTHERS_WRITE) !== 0) {
    throw new Fault("store", `${quoted(dir)} is writable by everybody`, { hint: `Take that away: chmod o-w ${dir}` });
  }
}

function checkForeignFiles({ files }: Pick<System, "files">, layout: StoreLayout): void {
  const foreign = files.readDir(layout.dir).map(({ name }) => name).filter((name) => !KNOWN_NAMES.has(name));
  if (foreign.length === 0) return;
  throw new Fault(
    "configuration",
    `Store ${quoted(layout.dir)} holds files that are not rcusync's: ${foreign.slice(0, 3).map(printable).join(", ")}`,
    { hint: "Give sync-rcu-store-dir an empty or new directory" },
  );
}

/** Creates the store and its own directory where missing, parents included, with mode 0755. */
export function ensureStore({ files }: Pick<System, "files">, layout: StoreLayout): void {
  ensureDirectory(files, layout.dir);
  ensureDirectory(files, layout.own);
  ensureDirectory(files, layout.journal);
  // There from the beginning: on a full disk nothing could be taken out of sight, and no room be made.
  for (const dir of [layout.retired, layout.trash, layout.reserve]) {
    if (files.lstat(dir) === undefined) makeDirectory(files, dir, 0o700);
  }
  if (files.lstat(layout.snapshots) !== undefined) return;
  const store = files.stat(layout.dir);
  makeDirectory(files, layout.snapshots, 0o755);
  if (store === undefined) return;
  files.lchown(layout.snapshots, store.uid, store.gid);
  files.chmod(layout.snapshots, store.mode);
}

/** Creates a directory and its parents, mode 0755 each, where they do not exist. */
export function ensureDirectory(files: System["files"], dir: string): void {
  if (files.stat(dir)?.type === "directory") return;
  const parent = dir.slice(0, Math.max(1, dir.lastIndexOf("/")));
  if (parent !== dir) ensureDirectory(files, parent);
  makeDirectory(files, dir, 0o755);
}

/** Another process may be about to make the same one. */
function makeDirectory(files: System["files"], dir: string, mode: number): void {
  try {
    files.mkdir(dir, mode);
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
  }
}
