import { join } from "@std/path";
import type { Files } from "../host/files.ts";
import type { StoreLayout } from "./layout.ts";

/**
 * Takes a directory out of sight in one step and returns where it is now. Only what is in the trash is ever removed
 * entry by entry, so that nobody meets a half-removed tree under a name that means something, and a process that
 * still writes into it cannot write into its successor.
 */
export function moveToTrash(
  files: Pick<Files, "rename" | "lstat">,
  layout: StoreLayout,
  path: string,
): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  for (let attempt = 0;; attempt++) {
    const target = join(layout.trash, `${name}.${attempt}`);
    if (files.lstat(target) !== undefined) continue;
    files.rename(path, target);
    return target;
  }
}
