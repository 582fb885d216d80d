import { isErrno } from "../base/errno.ts";
import { printable } from "../base/printable.ts";
import type { Files } from "../host/files.ts";

/** By what a process holds on to a directory; `mount` is one mounted in the process's namespace. */
export type ReaderHold = "cwd" | "root" | "fd" | "exe" | "mount";

/** A process that uses a directory. */
export interface Reader {
  readonly pid: number;
  /** The process's name (`comm`, at most 15 bytes), safe to print; empty when it ended meanwhile. */
  readonly command: string;
  readonly how: ReaderHold;
  /** What it holds, as `/proc` names it; for `mount` the mount point. Not made printable. */
  readonly path: string;
  /** The systemd unit it belongs to, or the first 12 digits of its container's id. */
  readonly unit?: string;
}

/** Completes what was found of a reader with what `/proc` tells of its process. */
export function identify(
  files: Pick<Files, "readText">,
  found: Pick<Reader, "pid" | "how" | "path">,
): Reader {
  const command = printable(textOf(files, `/proc/${found.pid}/comm`).replace(/\n$/, ""));
  const unit = unitIn(textOf(files, `/proc/${found.pid}/cgroup`));
  return { ...found, command, ...(unit !== undefined && { unit }) };
}

/**
 * The container id or systemd unit that the text of a `/proc/PID/cgroup` names.
 *
 * @example
 * ```ts
 * import { unitIn } from "./reader.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(unitIn("0::/system.slice/rsyncd.service\n"), "rsyncd.service");
 * assertEquals(unitIn("0::/user.slice\n"), undefined);
 * ```
 */
export function unitIn(cgroup: string): string | undefined {
  const container = /[0-9a-f]{64}/.exec(cgroup)?.[0];
  if (container !== undefined) return container.slice(0, 12);
  const unit = cgroup.split(/[/\n]/).findLast((part) => /\.(?:service|scope)$/.test(part));
  return unit === undefined ? undefined : printable(unit);
}

function textOf(files: Pick<Files, "readText">, path: string): string {
  try {
    return files.readText(path);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "EACCES", "EPERM")) return "";
    throw error;
  }
}
