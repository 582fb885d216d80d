import type { Files } from "../host/files.ts";
import type { StoreLayout } from "./layout.ts";
import { latestSnapshot, listSnapshots } from "./snapshots.ts";

/** A store that has snapshots, of which none is the latest. */
export interface LostLatest {
  /** A sentence without a period. */
  readonly what: string;
  /** The highest number that is there. */
  readonly newest: number;
}

/** What is wrong with `latest`; `undefined` when it leads to a snapshot, or when there is none that it could lead to. */
export function lostLatest(
  files: Pick<Files, "lstat" | "readDir" | "readLink">,
  layout: StoreLayout,
): LostLatest | undefined {
  if (latestSnapshot(files, layout) !== undefined) return undefined;
  const ids = listSnapshots(files, layout).map(({ id }) => id);
  const newest = ids.at(-1);
  if (newest === undefined) return undefined;
  const found = files.lstat(layout.latest) === undefined ? "is missing" : "leads to no snapshot";
  const there = ids.length === 1 ? `snapshot ${newest} is there` : `the snapshots ${ids.join(", ")} are there`;
  return { what: `${layout.latest} ${found}; ${there}`, newest };
}
