import type { Change } from "./change.ts";

/** How many entries of a tree changed. */
export interface ChangeCounts {
  readonly created: number;
  /** In contents or attributes. */
  readonly changed: number;
  readonly deleted: number;
}

/** Counts changes by what they mean to a reader of the tree. */
export function countChanges(changes: readonly Change[]): ChangeCounts {
  const count = (...kinds: readonly Change["kind"][]) => changes.filter(({ kind }) => kinds.includes(kind)).length;
  return { created: count("create"), changed: count("content", "attributes"), deleted: count("delete") };
}
