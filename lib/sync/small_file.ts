import type { Files } from "../host/files.ts";
import { MAX_TIMESTAMP_BYTES } from "../rsync/timestamp.ts";

/**
 * The text of a file that a mirror has sent; `undefined` when there is none, or something else: a fifo or a link to a
 * device would never end.
 */
export function readSmallFile(files: Pick<Files, "lstat" | "readText">, path: string): string | undefined {
  const stat = files.lstat(path);
  return stat?.type === "file" && stat.size <= MAX_TIMESTAMP_BYTES ? files.readText(path) : undefined;
}
