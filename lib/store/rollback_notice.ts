import type { Files } from "../host/files.ts";
import type { StoreLayout } from "./layout.ts";
import { latestSnapshot, listSnapshots } from "./snapshots.ts";

/** What a sync says when somebody rolled back before it; `undefined` when the latest snapshot is the highest. */
export function rollbackNotice(files: Files, layout: StoreLayout): string | undefined {
  const latest = latestSnapshot(files, layout)?.id;
  const highest = listSnapshots(files, layout).at(-1)?.id;
  if (latest === undefined || highest === undefined || highest <= latest) return undefined;
  return `Goes forward from snapshot ${latest}, which is published in place of ${highest}`;
}
