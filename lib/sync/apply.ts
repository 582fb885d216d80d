import { dirname } from "@std/path";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { Files } from "../host/files.ts";
import type { System } from "../host/system.ts";
import { pathIn } from "../storage/clone.ts";
import { removeEntry } from "../storage/remove_entry.ts";
import { directoryCheck } from "./directory_check.ts";
import type { UpdatePlan } from "./plan.ts";

/**
 * Makes room in the staging tree for what the plan fetches: deletes what is gone from the mirror and unlinks what is to
 * be replaced, so that rsync creates a new inode for each changed file. To be followed by the fetch.
 *
 * Nothing is ever done through a symbolic link of the staging tree, whatever paths the mirror has sent.
 *
 * @throws {Fault} `mirror` when something is to go below what is no directory.
 */
export async function makeRoom({ files }: Pick<System, "files">, staging: string, plan: UpdatePlan): Promise<void> {
  const directoryStands = directoryCheck(files, staging, notADirectory);
  const hasPlace = (path: string) => directoryStands(dirname(path));
  for (const path of plan.deletions) {
    if (hasPlace(path)) removeEntry(files, pathIn(staging, path));
  }
  // Outermost first: what stands in the way of a directory goes before what is below it is looked at.
  for (const path of plan.directories) {
    if (hasPlace(path)) removeUnlessDirectory(files, pathIn(staging, path));
  }
  for (const path of plan.replacements) {
    if (hasPlace(path)) await removeAny(files, pathIn(staging, path));
  }
  for (const path of plan.fetches) hasPlace(path);
}

function notADirectory(dir: string, type: string): Fault {
  return new Fault("mirror", `The mirror has files below ${quoted(dir)}, which is a ${type}`, {
    hint: "Choose another mirror: this one contradicts itself",
  });
}

/** A synchronous call where one will do: there may be thousands. */
async function removeAny(files: Files, path: string): Promise<void> {
  if (files.tryUnlink(path) === "directory") await files.removeTree(path);
}

function removeUnlessDirectory(files: Files, path: string): void {
  const type = files.lstat(path)?.type;
  if (type !== undefined && type !== "directory") files.unlink(path);
}
