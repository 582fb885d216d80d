import { isErrno } from "../base/errno.ts";

/**
 * Whether this process ignores SIGHUP, as nohup(1) starts it; `false` where the system does not tell.
 *
 * With its first listener for any signal that ends a process, Deno takes all of them, so this has to be asked before there
 * is one.
 */
export function ignoresHangup(): boolean {
  try {
    const [, mask] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(Deno.readTextFileSync("/proc/self/status")) ?? [];
    // SIGHUP is signal 1, the lowest bit.
    return mask !== undefined && (Number.parseInt(mask.slice(-1), 16) & 1) !== 0;
  } catch (error) {
    if (isErrno(error, "ENOENT", "EACCES")) return false;
    throw error;
  }
}
