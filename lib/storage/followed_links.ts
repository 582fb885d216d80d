import type { Files } from "../host/files.ts";
import { compareChangeTimes, isNoFile, sameButChangeTime, STAMP_WORDS, type Stamps } from "../host/stamps.ts";
import type { StoreLayout } from "../store/layout.ts";
import { latestSnapshot } from "../store/snapshots.ts";
import { areTooMany, type NoteTaker, takeNotes } from "./state_notes.ts";
import { dropVerifiedHead, readVerifiedHead } from "./verified_state.ts";

/**
 * Making and removing links to a file moves its change time, by which verification would take it for another. Whoever
 * does so on purpose lets the state of the verified files follow: a file that was as recorded just before the change
 * and differs in nothing but the change time just after it is still the one that was verified. What happens to files
 * behind the back of this is not followed, and is noticed.
 */
export interface FollowedLinks {
  /**
   * Does what adds or removes links to files `names` of a directory, a path from the root of the tree, which is `.`.
   *
   * @param before their stamps, if they were taken just now.
   */
  across(directory: string, names: readonly string[], change: () => void, before?: Uint32Array<ArrayBuffer>): void;
  /** Makes the state on disk good again. */
  save(): void;
}

/**
 * Follows the links of the latest snapshot; `undefined` when there is no state that could suffer. Of the state it reads
 * nothing. Needs the lock.
 */
export function followLinks(files: Files, layout: StoreLayout): FollowedLinks | undefined {
  const { stamps } = files;
  const latest = latestSnapshot(files, layout);
  if (stamps === undefined || latest === undefined || readVerifiedHead(files, layout) === undefined) return undefined;
  const notes = takeNotes(files, layout);
  return {
    across: (directory, names, change, before) => {
      const prefix = directory === "." ? "" : `${directory}/`;
      follow(notes, { stamps, tree: latest.path, prefix, names, change, before });
    },
    save: () => {
      notes.save();
      if (areTooMany(files, layout)) dropVerifiedHead(files, layout);
    },
  };
}

interface LinkChange {
  readonly stamps: Stamps;
  readonly tree: string;
  /** What goes before the names: the directory with a slash, or nothing. */
  readonly prefix: string;
  readonly names: readonly string[];
  readonly change: () => void;
  readonly before: Uint32Array<ArrayBuffer> | undefined;
}

function follow(notes: NoteTaker, { stamps, tree, prefix, names, change, ...known }: LinkChange): void {
  const directory = `${tree}/${prefix}`;
  const before = known.before ?? stamps.of(directory, names).slice(0, names.length * STAMP_WORDS);
  change();
  const after = stamps.of(directory, names);
  for (const [index, name] of names.entries()) {
    const at = index * STAMP_WORDS;
    if (isNoFile(before, at) || !sameButChangeTime(before, at, after, at)) continue;
    if (compareChangeTimes(after, at, before, at) <= 0) continue;
    const [was, is] = [before.subarray(at, at + STAMP_WORDS), after.subarray(at, at + STAMP_WORDS)];
    notes.add({ kind: "link", path: prefix + name, before: was, stamp: is });
  }
}
