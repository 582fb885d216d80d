import { isErrno } from "../base/errno.ts";
import type { Files } from "../host/files.ts";
import { type Mount, parseMountinfo } from "./mount.ts";
import { rebase } from "./path_within.ts";
import type { ProcessView } from "./process_view.ts";

/** A mount in one namespace. */
export interface PlacedMount extends Mount {
  readonly namespace: string;
  /** The mount point in the terms of {@linkcode ProcessLink.path}, not in those of the process that was asked. */
  readonly point: string;
  /** The lowest process that sees it. */
  readonly pid: number;
}

/**
 * The mounts of every namespace that a process lives in.
 *
 * A mount table shows only what lies below the root of the process that is asked, so that one process is asked
 * for each root in a namespace.
 */
export function mountsOfAll(
  files: Pick<Files, "readText">,
  processes: readonly ProcessView[],
): PlacedMount[] {
  const seen = new Set<string>();
  return processes.flatMap(({ pid, mountNamespace, links }) => {
    const root = links.find(({ how }) => how === "root")?.path;
    const view = `${mountNamespace}\0${root}`;
    if (mountNamespace === undefined || root === undefined || seen.has(view)) return [];
    const mounts = mountsOf(files, pid);
    if (mounts === undefined) return [];
    seen.add(view);
    return mounts.map((mount) => ({
      ...mount,
      namespace: mountNamespace,
      point: rebase(mount.point, "/", root),
      pid,
    }));
  });
}

/** The mounts that a process sees; `undefined` when it is gone or may not be asked. */
export function mountsOf(files: Pick<Files, "readText">, pid: number | "self"): Mount[] | undefined {
  try {
    return parseMountinfo(files.readText(`/proc/${pid}/mountinfo`));
  } catch (error) {
    // EINVAL: it has left its namespaces, on its way out.
    if (isErrno(error, "ENOENT", "ESRCH", "EINVAL", "EACCES", "EPERM")) return undefined;
    throw error;
  }
}
