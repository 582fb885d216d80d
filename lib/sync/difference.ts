import type { Files } from "../host/files.ts";
import type { Change } from "../rsync/change.ts";
import type { RepoStorage } from "../storage/storage.ts";
import { treeDifference } from "../storage/tree_difference.ts";
import { realChanges } from "./plan.ts";

/** All that differs between what is published and an update of it, found by comparing the two. */
export function differenceFromPublished(
  files: Files,
  storage: Pick<RepoStorage, "published" | "excludes">,
  dir: string,
): readonly Change[] {
  const skip = new Set(storage.excludes.map((pattern) => pattern.slice(1)));
  // A tree that does not exist has no entries.
  const from = storage.published ?? `${dir}.nothing`;
  return realChanges(treeDifference(files, { from, to: dir, skip }));
}
