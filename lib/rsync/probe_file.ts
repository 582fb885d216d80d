import type { Files } from "../host/files.ts";
import type { Session } from "./session.ts";

/** An empty file in a private directory, for rsync to write into; all of it goes on disposal. */
export interface ProbeFile extends Disposable {
  readonly path: string;
  /** What is in it; `""` when that cannot be a timestamp. */
  read(): string;
}

/** No timestamp with its comments is longer. */
const LONGEST = 64 * 1024;

/** Creates a {@linkcode ProbeFile} that the session's account owns. */
export function probeFile(files: Files, tempDir: string, account: Pick<Session, "uid" | "gid">): ProbeFile {
  const directory = `${tempDir}/rcusync-probe-${crypto.randomUUID()}`;
  const path = `${directory}/chk`;
  files.mkdir(directory, 0o700);
  try {
    files.createFile(path, "", 0o600);
    // Old, so that an `--update` among the user's words does not take it for newer than the mirror's.
    files.setMtimeMs(path, 0);
    giveTo(account, [path, directory], files);
  } catch (error) {
    removeTree(files, directory);
    throw error;
  }
  return {
    path,
    read: () => {
      // A mirror may send a link to anything, or a file without an end.
      const stat = files.lstat(path);
      return stat?.type === "file" && stat.size <= LONGEST ? files.readText(path) : "";
    },
    [Symbol.dispose]: () => removeTree(files, directory),
  };
}

function giveTo({ uid, gid }: Pick<Session, "uid" | "gid">, paths: readonly string[], files: Files): void {
  if (uid === undefined && gid === undefined) return;
  for (const path of paths) {
    const stat = files.lstat(path);
    if (stat !== undefined) files.lchown(path, uid ?? stat.uid, gid ?? stat.gid);
  }
}

/** rsync may have left more than the file: the user's words can ask for backups and the like. */
function removeTree(files: Files, directory: string): void {
  for (const entry of files.readDir(directory)) {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory) removeTree(files, path);
    else files.unlink(path);
  }
  files.rmdir(directory);
}
