import type { HashJob } from "../host/hash_messages.ts";
import type { FileEntry } from "./entry.ts";

/** What a file below `root` must be to be what an entry demands. */
export function hashJobOf(root: string, { path, size, digests }: FileEntry): HashJob {
  return {
    path: `${root}/${path}`,
    size,
    algorithms: digests.map(({ algorithm }) => algorithm.cryptoName).join(" "),
    digests: digests.map(({ hex }) => hex).join(" "),
  };
}
