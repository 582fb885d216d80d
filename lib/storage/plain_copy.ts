import { basename, dirname, join } from "@std/path";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import { lockDirectory, type LockOptions } from "../store/lock.ts";
import { cloneTree } from "./clone.ts";
import { cannotExchange } from "./file_system_limits.ts";
import { firstDifference } from "./tree_equality.ts";

/**
 * Puts a copy of `tree` where the link LOCATION is. Nothing in the copy is shared with the tree: what is changed in
 * place there later leaves the snapshots alone.
 *
 * The exchange is the commit point: before it LOCATION is the link, after it the copy, complete and on the medium. What
 * an interruption leaves beside LOCATION is removed by the next call.
 */
export async function replaceLinkByCopy(
  system: Pick<System, "files" | "clock" | "environment">,
  { location, tree, signal }: { readonly location: string; readonly tree: string; readonly signal: AbortSignal },
): Promise<void> {
  const { files } = system;
  const copy = copyName(location);
  await removeLeftover(files, copy);
  try {
    await cloneTree(system, tree, copy, { signal, unshared: true });
    await checkCopy(system, tree, copy);
    await files.flush(dirname(location));
    swap(files, copy, location);
    await files.flush(dirname(location));
  } finally {
    await removeLeftover(files, copy);
  }
}

/**
 * Removes what a cut-off {@linkcode replaceLinkByCopy} left, where there is nothing else to do. Takes LOCATION's lock.
 */
export async function removeUnfinishedCopy(
  system: Pick<System, "files" | "clock" | "environment">,
  location: string,
  options: LockOptions,
): Promise<void> {
  if (system.files.lstat(copyName(location)) === undefined) return;
  using _lock = await lockDirectory(system, location, options);
  await removeLeftover(system.files, copyName(location));
}

/** The name that the copy has until it is complete; the link has it for a moment then. */
export function copyName(location: string): string {
  return join(dirname(location), `.${basename(location)}.rcusync-copy`);
}

async function checkCopy(system: Pick<System, "files" | "clock">, tree: string, copy: string): Promise<void> {
  const difference = await firstDifference(system, tree, copy);
  if (difference === undefined) return;
  throw new Fault("store", `The copy of ${quoted(tree)} differs at ${quoted(difference)}`, {
    hint: "Check the disk, and try again",
  });
}

/** Without an exchange, LOCATION is missing for a moment; recovery makes it the link again after a crash there. */
function swap(files: System["files"], copy: string, location: string): void {
  try {
    files.exchange(copy, location);
  } catch (error) {
    if (!cannotExchange(error)) throw error;
    files.unlink(location);
    files.rename(copy, location);
  }
}

/** An unfinished copy, or the link that was swapped out. */
async function removeLeftover(files: System["files"], path: string): Promise<void> {
  if (files.lstat(path)?.type === "symlink") files.unlink(path);
  else await files.removeTree(path);
}
