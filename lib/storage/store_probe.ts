import { join } from "@std/path";
import type { Files } from "../host/files.ts";
import { STAMP_WORDS, type Stamps } from "../host/stamps.ts";
import type { StoreLayout } from "../store/layout.ts";

/** A file that tells how a store's file system tells the time. */
export interface StoreProbe {
  readonly path: string;
  /** Its stamp now. */
  stamp(): Uint32Array<ArrayBuffer>;
}

/** What stands in the way of making a file, but is no fault where there is another way. */
export const UNWRITABLE = ["EACCES", "EROFS", "ENOSPC", "EDQUOT", "EPERM"] as const;

/**
 * Makes a file beside what is known of verified files, which are there already, looks at it, and removes it. Needs the
 * lock.
 */
export function probeStore<T>(
  files: Pick<Files, "lstat" | "unlink" | "createFile">,
  { layout, stamps }: { readonly layout: StoreLayout; readonly stamps: Stamps },
  look: (probe: StoreProbe) => T,
): T {
  const path = join(layout.verified, NAME);
  if (files.lstat(path) !== undefined) files.unlink(path);
  files.createFile(path, "", 0o600);
  const found = look({ path, stamp: () => stamps.of(layout.verified, [NAME]).slice(0, STAMP_WORDS) });
  files.unlink(path);
  return found;
}

const NAME = "probe";
