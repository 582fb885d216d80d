import { dirname } from "@std/path";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { Change } from "../rsync/change.ts";

/** What turns one tree into another, as a value. Paths are relative to the tree. */
export interface UpdatePlan {
  /** Entries that are gone from the mirror, innermost first. */
  readonly deletions: readonly string[];
  /** Entries whose place must be free before rsync fills it: a file is never written through a hard link. */
  readonly replacements: readonly string[];
  /** Directories where something else may be now, outermost first. */
  readonly directories: readonly string[];
  /** What rsync is to fetch, outermost first. */
  readonly fetches: readonly string[];
  /** Bytes of the files among them. */
  readonly bytes: number;
}

/**
 * Orders the changes that rsync found. Nothing to do gives a plan without deletions and fetches.
 *
 * @throws {Fault} `mirror` when something is to go below what is to be a file or a link: rsync would follow the link.
 *
 * @example
 * ```ts
 * import { planUpdate } from "./plan.ts";
 * import { assertEquals } from "@std/assert";
 * const plan = planUpdate([{ path: "a/b", type: "file", kind: "content", size: 3 }]);
 * assertEquals([plan.replacements, plan.fetches, plan.bytes], [["a/b"], ["a/b"], 3]);
 * ```
 */
export function planUpdate(changes: readonly Change[]): UpdatePlan {
  const ordered = changes.toSorted((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
  const wanted = ordered.filter(({ kind }) => kind !== "delete");
  const isDirectory = ({ type }: Change) => type === "directory";
  const replacements = wanted.filter((change) => !isDirectory(change)).map(({ path }) => path);
  const fetches = wanted.map(({ path }) => path);
  refuseContradiction(fetches, new Set(replacements));
  return {
    deletions: ordered.filter(({ kind }) => kind === "delete").map(({ path }) => path).reverse(),
    replacements,
    directories: wanted.filter((change) => isDirectory(change) && change.kind === "create").map(({ path }) => path),
    fetches,
    bytes: wanted.reduce((sum, { size }) => sum + size, 0),
  };
}

function refuseContradiction(fetches: readonly string[], leaves: ReadonlySet<string>): void {
  for (const path of fetches) {
    for (let dir = dirname(path); dir !== "."; dir = dirname(dir)) {
      if (leaves.has(dir)) throw contradiction(path, dir);
    }
  }
}

function contradiction(path: string, dir: string): Fault {
  return new Fault("mirror", `The mirror lists ${quoted(path)}, but ${quoted(dir)} is no directory there`, {
    hint: "Choose another mirror: this one contradicts itself",
  });
}

/**
 * The changes that matter. The root's own attributes do not: its mtime is the moment of publication, and its mode is
 * made sane, so they differ from the mirror's for ever.
 */
export function realChanges(changes: readonly Change[]): readonly Change[] {
  return changes.filter(({ path, kind }) => !(path === "." && kind === "attributes"));
}
