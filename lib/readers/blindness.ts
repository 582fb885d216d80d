import { printable } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import { mountsOf } from "./mount_namespaces.ts";
import type { ProcessView } from "./process_view.ts";
import { identify } from "./reader.ts";
import type { LocatedDir } from "./sightings.ts";

/** `PROC_PID_INIT_INO` of the kernel: the namespace that has all processes of the machine. */
const INITIAL_PID_NAMESPACE = "pid:[4026531836]";

/**
 * Security modules and sandboxes shield the first process even from root. It supervises others and reads no
 * repository; its mount table, which can be read, counts like any other.
 */
const INIT = 1;

/** Why some reader may have been overlooked: a sentence without period, or `undefined` when none can have been. */
export function whyBlind(
  { files, environment }: Pick<System, "files" | "environment">,
  { processes, dirs }: { readonly processes: readonly ProcessView[]; readonly dirs: readonly LocatedDir[] },
): string | undefined {
  const mounts = mountsOf(files, "self");
  if (mounts === undefined) return "/proc is not mounted, or belongs to another process namespace";
  if (environment.uid !== 0) return "Only root can look into the processes of other users";
  const proc = mounts.findLast(({ point }) => point === "/proc");
  if (proc?.options.some((option) => /^hidepid=(?!0$|off$)/.test(option))) return "/proc is mounted with hidepid";
  if (files.readLink("/proc/self/ns/pid") !== INITIAL_PID_NAMESPACE) {
    return "Processes outside of this container or process namespace cannot be seen";
  }
  const unlocated = dirs.find(({ places }) => places.length === 0);
  if (unlocated !== undefined) {
    return `The mount that ${printable(unlocated.dir)} lies on cannot be seen from inside this chroot`;
  }
  return whyHidden(files, processes.filter(({ pid, isPartlyHidden }) => isPartlyHidden && pid !== INIT));
}

function whyHidden(files: System["files"], hidden: readonly ProcessView[]): string | undefined {
  const [first] = hidden;
  if (first === undefined) return undefined;
  const { command } = identify(files, { pid: first.pid, how: "exe", path: "" });
  const others = hidden.length === 1 ? "" : ` and ${hidden.length - 1} more`;
  return `Process ${first.pid} (${command})${others} cannot be looked into`;
}
