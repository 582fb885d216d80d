import { isErrno } from "../base/errno.ts";
import type { Files } from "../host/files.ts";
import type { Session } from "./session.ts";
import { MAX_TIMESTAMP_BYTES } from "./timestamp.ts";

/** An empty file in a private directory, for rsync to write into; all of it goes on disposal. */
export interface ProbeFile extends AsyncDisposable {
  readonly path: string;
  /** What is in it; `""` when that cannot be a timestamp. */
  read(): string;
}

const PREFIX = "rcusync-probe-";

/** A probe takes seconds: what is this much older than a new one was left by a process that was killed. */
const STALE_MS = 24 * 60 * 60 * 1000;

/**
 * Creates a {@linkcode ProbeFile} that the session's account owns, and removes what killed ones have left.
 *
 * It lies in the directory for temporary files and not in the store, which that account may not be able to reach.
 */
export async function probeFile(
  files: Files,
  tempDir: string,
  account: Pick<Session, "uid" | "gid">,
): Promise<ProbeFile> {
  const directory = `${tempDir}/${PREFIX}${crypto.randomUUID()}`;
  const path = `${directory}/chk`;
  files.mkdir(directory, 0o700);
  try {
    await tidy(files, { tempDir, directory, uid: account.uid });
    files.createFile(path, "", 0o600);
    // Old, so that an `--update` among the user's words does not take it for newer than the mirror's.
    files.setMtimeMs(path, 0);
    giveTo(account, [path, directory], files);
  } catch (error) {
    await files.removeTree(directory);
    throw error;
  }
  return {
    path,
    read: () => {
      // A mirror may send a link to anything, or a file without an end.
      const stat = files.lstat(path);
      return stat?.type === "file" && stat.size <= MAX_TIMESTAMP_BYTES ? files.readText(path) : "";
    },
    // The user's words can ask for backups and the like: there may be more than the file.
    [Symbol.asyncDispose]: () => files.removeTree(directory),
  };
}

interface Place {
  readonly tempDir: string;
  /** A new private directory. */
  readonly directory: string;
  readonly uid: number | undefined;
}

/** What cannot be looked at or removed is no reason not to sync. */
async function tidy(files: Files, place: Place): Promise<void> {
  try {
    await removeStale(files, place);
  } catch (error) {
    if (!isErrno(error, "EACCES", "EPERM", "EROFS")) throw error;
  }
}

/** Only what is ours goes, by the file system's own clock: anybody can make names in this directory. */
async function removeStale(files: Files, { tempDir, directory, uid }: Place): Promise<void> {
  const fresh = files.lstat(directory);
  for (const { name } of files.readDir(tempDir)) {
    const path = `${tempDir}/${name}`;
    const found = name.startsWith(PREFIX) ? files.lstat(path) : undefined;
    if (found?.type !== "directory" || fresh === undefined) continue;
    const isOurs = found.uid === fresh.uid || found.uid === uid;
    if (isOurs && found.mtimeMs < fresh.mtimeMs - STALE_MS) await files.removeTree(path);
  }
}

function giveTo({ uid, gid }: Pick<Session, "uid" | "gid">, paths: readonly string[], files: Files): void {
  if (uid === undefined && gid === undefined) return;
  for (const path of paths) {
    const stat = files.lstat(path);
    if (stat !== undefined) files.lchown(path, uid ?? stat.uid, gid ?? stat.gid);
  }
}
