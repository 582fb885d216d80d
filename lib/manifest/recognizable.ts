import type { FileEntry } from "./entry.ts";

/**
 * What a file that was right by all its digests is recognized by when it is read again: one of them that proves
 * something.
 */
export function recognizable(entry: FileEntry): FileEntry {
  const proof = entry.digests.find(({ algorithm }) => algorithm.secure);
  return proof === undefined ? entry : { ...entry, digests: [proof] };
}
