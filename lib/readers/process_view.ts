import { errnoOf, isErrno } from "../base/errno.ts";
import type { Files } from "../host/files.ts";
import type { Reader } from "./reader.ts";

/** What a process holds by one of its links in `/proc`. */
export interface ProcessLink {
  readonly how: Exclude<Reader["how"], "mount">;
  /** As the kernel names it to us: from the top of its mount tree, or from our own root where that lies above. */
  readonly path: string;
  /** Number of the file descriptor, for `fd`. */
  readonly fd?: string;
}

/** What a process shows of itself. */
export interface ProcessView {
  readonly pid: number;
  /** `mnt:[NUMBER]`; `undefined` when it may not be read. */
  readonly mountNamespace: string | undefined;
  readonly links: readonly ProcessLink[];
  /** Some of it exists but may not be read, or bears a name that is no UTF-8. */
  readonly isPartlyHidden: boolean;
}

/** The numbers of all processes, ascending; `[]` where there is no `/proc`. */
export function processIds(files: Pick<Files, "lstat" | "readDir">): number[] {
  if (files.lstat("/proc") === undefined) return [];
  return files.readDir("/proc")
    .filter(({ name }) => /^[1-9][0-9]*$/.test(name))
    .map(({ name }) => Number(name))
    .sort((a, b) => a - b);
}

/** Reads the links of a process; `undefined` when it is gone, or is a zombie or a thread of the kernel. */
export function viewProcess(
  files: Pick<Files, "readLink" | "readDir">,
  pid: number,
): ProcessView | undefined {
  const dir = `/proc/${pid}`;
  // Only what runs a program has `exe`: one call tells the kernel's threads from the rest.
  const exe = readIfShown(() => files.readLink(`${dir}/exe`));
  if (exe === GONE) return undefined;
  if (exe === HIDDEN) return { pid, mountNamespace: undefined, links: [], isPartlyHidden: true };
  const namespace = readIfShown(() => files.readLink(`${dir}/ns/mnt`));
  const fds = readIfShown(() => files.readDir(`${dir}/fd`));
  const named: [Pick<ProcessLink, "how" | "fd">, string | Missing][] = [
    [{ how: "exe" }, exe],
    [{ how: "root" }, readIfShown(() => files.readLink(`${dir}/root`))],
    [{ how: "cwd" }, readIfShown(() => files.readLink(`${dir}/cwd`))],
  ];
  if (isShown(fds)) {
    for (const { name } of fds) {
      named.push([{ how: "fd", fd: name }, readIfShown(() => files.readLink(`${dir}/fd/${name}`))]);
    }
  }
  return {
    pid,
    mountNamespace: isShown(namespace) ? namespace : undefined,
    links: named.flatMap(([link, path]) => isShown(path) && path.startsWith("/") ? [{ ...link, path }] : []),
    isPartlyHidden: [namespace, fds, ...named.map(([, path]) => path)].includes(HIDDEN),
  };
}

const GONE = Symbol("gone");
const HIDDEN = Symbol("hidden");
type Missing = typeof GONE | typeof HIDDEN;

function isShown<T>(value: T | Missing): value is T {
  return value !== GONE && value !== HIDDEN;
}

function readIfShown<T>(read: () => T): T | Missing {
  try {
    return read();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH")) return GONE;
    // A name that is no UTF-8 comes as an error without errno.
    if (isErrno(error, "EACCES", "EPERM") || errnoOf(error) === undefined) return HIDDEN;
    throw error;
  }
}
