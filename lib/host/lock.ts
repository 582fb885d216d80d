import { isErrno } from "../base/errno.ts";

/** A held flock(2): it lives as long as this process, and is let go by `using`. */
export interface FileLock extends Disposable {
  /** The inode that is locked, to tell whether the path still names it. */
  readonly ino: number;
  /** Replaces the contents of the locked file; an error with code EISDIR, EACCES or EROFS where it may only be read. */
  write(text: string): void;
}

/**
 * Tries to take a flock(2) on the file or directory at `path`.
 *
 * @returns `undefined` when another handle, here or in another process or namespace, holds it.
 */
export function tryLockPath(
  path: string,
  mode: "exclusive" | "shared",
): FileLock | undefined {
  const { file, writeError } = open(path);
  try {
    if (file.tryLockSync(mode === "exclusive")) return held(file, writeError);
  } catch (error) {
    file.close();
    throw error;
  }
  file.close();
  return undefined;
}

/** A file, and why it is open for reading only. */
interface OpenFile {
  readonly file: Deno.FsFile;
  readonly writeError?: unknown;
}

function open(path: string): OpenFile {
  try {
    return { file: Deno.openSync(path, { read: true, write: true }) };
  } catch (error) {
    if (!isErrno(error, "EISDIR", "EACCES", "EROFS")) throw error;
    return { file: Deno.openSync(path), writeError: error };
  }
}

function held(file: Deno.FsFile, writeError: unknown): FileLock {
  return {
    ino: file.statSync().ino ?? 0,
    write: (text) => {
      if (writeError !== undefined) throw writeError;
      file.truncateSync(0);
      file.seekSync(0, Deno.SeekMode.Start);
      file.writeSync(new TextEncoder().encode(text));
    },
    [Symbol.dispose]: () => {
      // Closing is not enough: a child that is just being started has a copy of the descriptor for a moment.
      file.unlockSync();
      file.close();
    },
  };
}
