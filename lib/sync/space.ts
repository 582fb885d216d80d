import { format } from "@std/fmt/bytes";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { Files } from "../host/files.ts";
import type { System } from "../host/system.ts";
import type { RepoStorage } from "../storage/storage.ts";
import type { UpdatePlan } from "./plan.ts";

const BLOCK_BYTES = 4096;
/** Temporary copies of rsync's, directories of the clone, the journal. */
const RESERVE_BYTES = 1 << 20;

/**
 * Sees to it that the file system takes what a plan fetches: when it would not, what was to be removed later goes at
 * once.
 *
 * @throws {Fault} `disk-full`
 */
export async function makeSpace(
  { files }: Pick<System, "files">,
  storage: Pick<RepoStorage, "place" | "emptyTrash">,
  plan: UpdatePlan,
): Promise<void> {
  try {
    checkSpace(files, storage.place, plan);
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== "disk-full") throw error;
    await storage.emptyTrash();
    checkSpace(files, storage.place, plan);
  }
}

/**
 * Looks whether the file system of `place` can take what a plan fetches, before anything is made. An estimate: blocks
 * of 4 KiB, one inode an entry.
 *
 * @throws {Fault} `disk-full`
 */
export function checkSpace(files: Pick<Files, "space">, place: string, plan: UpdatePlan): void {
  const space = files.space(place);
  if (space === undefined) return;
  const neededBytes = plan.bytes + plan.fetches.length * BLOCK_BYTES + RESERVE_BYTES;
  if (space.freeBytes < neededBytes) {
    const [needed, free] = [format(neededBytes), format(space.freeBytes)];
    throw new Fault(
      "disk-full",
      `Not enough space at ${quoted(place)}: the update needs ${needed}, ${free} are free`,
      { hint: "Free some space, or remove snapshots with rcusync gc and a shorter sync-rcu-ttl-days" },
    );
  }
  if (space.freeInodes !== undefined && space.freeInodes < plan.fetches.length) {
    throw new Fault(
      "disk-full",
      `Not enough inodes at ${quoted(place)}: the update needs ${plan.fetches.length}, ${space.freeInodes} are free`,
      { hint: "Remove snapshots with rcusync gc, or put the store on a file system with more inodes" },
    );
  }
}
