import type { HashReport } from "../host/hash_messages.ts";
import { isNoFile, STAMP_WORDS } from "../host/stamps.ts";

/** Stamps of files that were found right, taken while they were read, by path. */
export type SeenFiles = Map<string, Uint32Array<ArrayBuffer>>;

/**
 * Notes the stamps of the files that did not fail; one that was written to meanwhile has none.
 *
 * @param paths of the files of the batch; `undefined` for one of which no note is to be taken.
 */
export function noteSeen(
  seen: SeenFiles,
  { failures, stamps }: Pick<HashReport, "failures" | "stamps">,
  paths: readonly (string | undefined)[],
): void {
  const failed = new Set(failures.map(({ index }) => index));
  for (const [index, path] of paths.entries()) {
    const at = index * STAMP_WORDS;
    if (path === undefined || failed.has(index) || isNoFile(stamps, at)) continue;
    seen.set(path, stamps.slice(at, at + STAMP_WORDS));
  }
}
