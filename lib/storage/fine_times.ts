import { join } from "@std/path";
import { isErrno } from "../base/errno.ts";
import type { Files } from "../host/files.ts";
import { compareChangeTimes, STAMP_WORDS, type Stamps } from "../host/stamps.ts";
import type { StoreLayout } from "../store/layout.ts";

/** In so short a time a clock that ticks a thousand times a second does not tick as often. */
const CHANGES = 8;

/**
 * Whether a store's file system gives each change of a file a time of its own as soon as somebody has looked at the last
 * one: then a file with the same stamp is the same, however shortly before it was read. Linux does since 6.13 on the file
 * systems that many use; elsewhere all that happens within a tick of the clock bears the same time. Needs the lock.
 */
export function hasFineTimes(files: Files, layout: StoreLayout): boolean {
  const { stamps } = files;
  if (stamps === undefined || !stamps.areReliable(layout.own)) return false;
  const path = join(layout.verified, NAME);
  try {
    if (files.lstat(path) !== undefined) files.unlink(path);
    files.createFile(path, "", 0o600);
    const isFine = changesDiffer(files, { path, stampNow: () => stampOf(stamps, layout) });
    files.unlink(path);
    return isFine;
  } catch (error) {
    if (!isErrno(error, "EACCES", "EROFS", "ENOSPC", "EDQUOT", "EPERM", "ENOENT")) throw error;
    return false;
  }
}

const NAME = "probe";

function stampOf(stamps: Stamps, { verified }: StoreLayout): Uint32Array {
  return stamps.of(verified, [NAME]).slice(0, STAMP_WORDS);
}

function changesDiffer(
  files: Pick<Files, "chmod">,
  { path, stampNow }: { readonly path: string; readonly stampNow: () => Uint32Array },
): boolean {
  let last = stampNow();
  for (let change = 1; change <= CHANGES; change++) {
    files.chmod(path, change % 2 === 0 ? 0o600 : 0o400);
    const now = stampNow();
    if (compareChangeTimes(now, 0, last, 0) <= 0) return false;
    last = now;
  }
  return true;
}
