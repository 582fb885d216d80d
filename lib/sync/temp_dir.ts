import { join } from "@std/path";
import { isErrno } from "../base/errno.ts";
import { resolveWithin } from "../host/resolve.ts";
import { below } from "../repos_conf/below.ts";
import type { Session } from "../rsync/session.ts";
import type { SyncJob } from "./sync_job.ts";

/**
 * Where rsync finds temporary files. Another user than this process's cannot count on reaching `TMPDIR`: as in Portage,
 * that one's are in `PORTAGE_TMPDIR/portage`, which is made when missing. `TMPDIR` does again where there is no
 * `PORTAGE_TMPDIR`, or where somebody else could exchange what is in that directory.
 */
export function tempDirOf(job: SyncJob, { uid }: Pick<Session, "uid">): string {
  const own = job.system.environment.tempDir;
  if (uid === undefined) return own;
  const parent = portageTempDir(job);
  if (parent === undefined) return own;
  const directory = join(parent, "portage");
  return madeFor(job, directory) && isTrusted(job, directory, uid) ? directory : own;
}

function portageTempDir({ system: { files }, configuration, repository: { root } }: SyncJob): string | undefined {
  const path = configuration.variables.get("PORTAGE_TMPDIR") ?? "";
  if (!path.startsWith("/")) return undefined;
  const resolved = resolveWithin(files, root, below(root, path));
  return files.stat(resolved)?.type === "directory" ? resolved : undefined;
}

/** Whether the directory is there now; a new one is the group's of Portage, if there is that, and open to everybody. */
function madeFor({ system, repository: { root } }: SyncJob, directory: string): boolean {
  const { files, environment } = system;
  if (files.lstat(directory) !== undefined) return true;
  const group = system.accounts(root).groupByName("portage");
  try {
    files.mkdir(directory, 0o755);
    if (group !== undefined) files.lchown(directory, environment.uid, group.gid);
    files.chmod(directory, group === undefined ? 0o755 : 0o775);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return true;
    if (isErrno(error, "EACCES", "EPERM", "EROFS")) return false;
    throw error;
  }
}

/** In a directory for everybody's temporary files, the name could be taken by anybody. */
function isTrusted({ system, repository: { root } }: SyncJob, directory: string, uid: number): boolean {
  const { files, environment } = system;
  const stat = files.stat(directory);
  if (stat?.type !== "directory") return false;
  return [0, environment.uid, uid, system.accounts(root).userByName("portage")?.uid].includes(stat.uid);
}
