import { isErrno } from "../base/errno.ts";
import type { Files } from "../host/files.ts";
import type { FileLock } from "../host/lock.ts";

/**
 * Takes a lease: a shared flock(2) on a snapshot's directory, as `flock -s DIR` takes it. While it is held,
 * garbage collection leaves the snapshot alone. It ends with `using`, or with this process; children do not inherit it.
 *
 * @returns `undefined` when garbage collection holds the snapshot or it is no longer there: resolve the latest
 * snapshot again and retry. A look by {@linkcode isLeased} at the same moment has this effect too.
 */
export function takeLease(files: Pick<Files, "tryLock" | "lstat">, dir: string): FileLock | undefined {
  using held = new DisposableStack();
  const lock = held.use(lockIfThere(files, dir));
  // Between opening and locking, the directory may have been renamed away.
  if (lock === undefined || files.lstat(dir)?.ino !== lock.ino) return undefined;
  held.move();
  return lock;
}

function lockIfThere(files: Pick<Files, "tryLock">, dir: string): FileLock | undefined {
  try {
    return files.tryLock(dir, "shared");
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

/**
 * Locks out leases on a snapshot: to be held while it is renamed away, until it is known to have no reader.
 *
 * @returns `undefined` when the snapshot is leased.
 * @throws the system's error (ENOENT) when there is no such directory.
 */
export function tryExclusive(files: Pick<Files, "tryLock">, dir: string): FileLock | undefined {
  return files.tryLock(dir, "exclusive");
}

/**
 * Tells whether somebody holds a lease on a snapshot at this moment; whoever acts upon it uses
 * {@linkcode tryExclusive} instead.
 *
 * @throws the system's error (ENOENT) when there is no such directory.
 */
export function isLeased(files: Pick<Files, "tryLock">, dir: string): boolean {
  using lock = tryExclusive(files, dir);
  return lock === undefined;
}
