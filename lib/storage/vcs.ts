import { join } from "@std/path";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import { VCS_DIRECTORIES } from "../base/vcs_directories.ts";
import type { Files } from "../host/files.ts";

/**
 * Refuses a tree that is under version control, which rsync would destroy.
 *
 * @throws {Fault} `configuration`
 */
export function refuseVersionControl(files: Pick<Files, "lstat">, name: string, tree: string): void {
  const found = VCS_DIRECTORIES.find((dir) => files.lstat(join(tree, dir)) !== undefined);
  if (found === undefined) return;
  throw new Fault(
    "configuration",
    `Location ${quoted(tree)} of ${quoted(name)} is under version control: it has ${found}`,
    { hint: "Sync it with that tool, or set sync-rsync-vcs-ignore = yes to overwrite it" },
  );
}
