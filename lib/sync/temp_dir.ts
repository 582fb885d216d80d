import { join } from "@std/path";
import { isErrno } from "../base/errno.ts";
import { resolveWithin } from "../host/resolve.ts";
import { below } from "../repos_conf/below.ts";
import type { Session } from "../rsync/session.ts";
import type { SyncJob } from "./sync_job.ts";

/**
 * Where rsync finds temporary files. Another user than this process's cannot count on reaching `TMPDIR`: as in Portage,
 * that one's are in `PORTAGE_TMPDIR/portage`, which is made when missing; a dry run, which makes none, takes
 * `PORTAGE_TMPDIR` then. `TMPDIR` does again where there is no `PORTAGE_TMPDIR`, or where somebody else could exchange
 * what is in that directory.
 */
export function tempDirOf(job: SyncJob, { uid }: Pick<Session, "uid">): string {
  const own = job.system.environment.tempDir;
  if (uid === undefined) return own;
  try {
    const directory = portageDirectory(job);
    return directory !== undefined && isTrusted(job, directory, uid) ? directory : own;
  } catch (error) {
    // The kernel itself may refuse to follow a link of somebody else's: fs.protected_symlinks.
    if (isErrno(error, "EACCES", "EPERM", "EROFS")) return own;
    throw error;
  }
}

function portageDirectory(job: SyncJob): string | undefined {
  const parent = portageTempDir(job);
  if (parent === undefined) return undefined;
  const directory = join(parent, "portage");
  if (job.system.files.lstat(directory) !== undefined) return directory;
  if (job.options.dryRun) return parent;
  make(job, directory);
  return directory;
}

function portageTempDir({ system: { files }, configuration, repository: { root } }: SyncJob): string | undefined {
  const path = configuration.variables.get("PORTAGE_TMPDIR") ?? "";
  if (!path.startsWith("/")) return undefined;
  const resolved = resolveWithin(files, root, below(root, path));
  return files.stat(resolved)?.type === "directory" ? resolved : undefined;
}

/** The new directory is the group's of Portage, if there is that, and open to everybody; somebody else may be faster. */
function make({ system, repository: { root } }: SyncJob, directory: string): void {
  const { files, environment } = system;
  const group = system.accounts(root).groupByName("portage");
  try {
    files.mkdir(directory, 0o755);
  } catch (error) {
    if (isErrno(error, "EEXIST")) return;
    throw error;
  }
  if (group !== undefined) files.lchown(directory, environment.uid, group.gid);
  files.chmod(directory, group === undefined ? 0o755 : 0o775);
}

/**
 * In a directory for everybody's temporary files, the name could be taken by anybody, and by a link to a directory that
 * is trusted elsewhere: a link has to be the administrator's own.
 */
function isTrusted({ system, repository: { root } }: SyncJob, directory: string, uid: number): boolean {
  const { files, environment } = system;
  const administrators = [0, environment.uid];
  const name = files.lstat(directory);
  if (name?.type === "symlink" && !administrators.includes(name.uid)) return false;
  const stat = files.stat(directory);
  if (stat?.type !== "directory") return false;
  return [...administrators, uid, system.accounts(root).userByName("portage")?.uid].includes(stat.uid);
}
