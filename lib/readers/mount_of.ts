import type { Files } from "../host/files.ts";
import type { Mount } from "./mount.ts";
import { mountsOf } from "./mount_namespaces.ts";
import { isWithin } from "./path_within.ts";

/** The mount that an existing path is on, links followed; the last one listed covers the others. */
export function mountOf(files: Pick<Files, "readText" | "realPath" | "stat">, path: string): Mount | undefined {
  if (files.stat(path) === undefined) return undefined;
  const real = files.realPath(path);
  return (mountsOf(files, "self") ?? []).filter(({ point }) => isWithin(real, point))
    .reduce<Mount | undefined>(
      (best, mount) => best && best.point.length > mount.point.length ? best : mount,
      undefined,
    );
}

/** Whether nothing can be written to what is mounted, or only not by this mount. */
export function isReadOnly({ ownOptions, options }: Mount): boolean {
  return ownOptions.includes("ro") || options.includes("ro");
}
