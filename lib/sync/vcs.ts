import { join } from "@std/path";
import { Fault } from "../base/fault.ts";
import type { Files } from "../host/files.ts";

const VCS_DIRS = ["CVS", "RCS", "SCCS", ".bzr", ".git", ".hg", ".svn"] as const;

/**
 * Refuses a tree that is under version control, which rsync would destroy.
 *
 * @throws {Fault} `configuration`
 */
export function refuseVersionControl(files: Pick<Files, "lstat">, name: string, tree: string): void {
  const found = VCS_DIRS.find((dir) => files.lstat(join(tree, dir)) !== undefined);
  if (found === undefined) return;
  throw new Fault("configuration", `Location "${tree}" of "${name}" is under version control: it has ${found}`, {
    hint: "Sync it with that tool, or set sync-rsync-vcs-ignore = yes to overwrite it",
  });
}
