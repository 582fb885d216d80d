import type { Files } from "../host/files.ts";

/** No timestamp with its comments is longer. */
const MAX_BYTES = 64 * 1024;

/**
 * The text of a file that a mirror has sent; `undefined` when there is none, or something else: a fifo or a link to a
 * device would never end.
 */
export function readSmallFile(files: Pick<Files, "lstat" | "readText">, path: string): string | undefined {
  const stat = files.lstat(path);
  return stat?.type === "file" && stat.size <= MAX_BYTES ? files.readText(path) : undefined;
}
