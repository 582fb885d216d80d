import { Fault } from "../base/fault.ts";
import { printable, quoted } from "../base/printable.ts";
import type { Files } from "../host/files.ts";
import { isReadOnly, mountOf } from "../readers/mount_of.ts";
import { upwards } from "../readers/path_within.ts";

/**
 * Refuses a directory on a read-only file system; one that does not exist yet counts as the one that is to hold it.
 *
 * @throws {Fault} `store`
 */
export function refuseReadOnly(
  files: Pick<Files, "readText" | "realPath" | "stat">,
  { name }: { readonly name: string },
  dir: string,
): void {
  const existing = [...upwards(dir)].find((path) => files.stat(path) !== undefined);
  const mount = existing === undefined ? undefined : mountOf(files, existing);
  if (mount === undefined || !isReadOnly(mount)) return;
  const where = `${quoted(dir)} is on ${quoted(mount.point)}, which is mounted read-only`;
  throw new Fault("store", `Cannot write to ${quoted(name)}: ${where}`, {
    hint: `Mount it read-write: mount -o remount,rw ${printable(mount.point)}`,
  });
}
