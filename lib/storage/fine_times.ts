import { isErrno } from "../base/errno.ts";
import type { Files } from "../host/files.ts";
import { compareChangeTimes } from "../host/stamps.ts";
import type { StoreLayout } from "../store/layout.ts";
import { probeStore, type StoreProbe, UNWRITABLE } from "./store_probe.ts";

/** In so short a time a clock that ticks a thousand times a second does not tick as often. */
const CHANGES = 8;

/**
 * Whether a store's file system gives each change of a file a time of its own as soon as somebody has looked at the
 * last one: then a file with the same stamp is the same, however shortly before it was read. Linux does since 6.13 on
 * the file systems that many use; elsewhere all that happens within a tick of the clock bears the same time. Needs the
 * lock.
 */
export function hasFineTimes(files: Files, layout: StoreLayout): boolean {
  const { stamps } = files;
  if (stamps === undefined || !stamps.areReliable(layout.own)) return false;
  try {
    return probeStore(files, { layout, stamps }, (probe) => changesDiffer(files, probe));
  } catch (error) {
    if (!isErrno(error, ...UNWRITABLE, "ENOENT")) throw error;
    return false;
  }
}

function changesDiffer(files: Pick<Files, "chmod">, { path, stamp }: StoreProbe): boolean {
  let last = stamp();
  for (let change = 1; change <= CHANGES; change++) {
    files.chmod(path, change % 2 === 0 ? 0o600 : 0o400);
    const now = stamp();
    if (compareChangeTimes(now, 0, last, 0) <= 0) return false;
    last = now;
  }
  return true;
}
