import { equals } from "@std/bytes/equals";
import type { Files } from "../host/files.ts";
import type { StoreLayout } from "./layout.ts";

/** More is not kept: a server that sends ever more is no reason to fill a disk. */
const MAX_BYTES = 4 * 2 ** 20;

/** The public keys that {@linkcode rememberKeys} kept, in binary form. */
export function rememberedKeys(
  files: Pick<Files, "lstat" | "readBytes">,
  layout: StoreLayout,
): Uint8Array<ArrayBuffer> | undefined {
  const stat = files.lstat(layout.keys);
  return stat?.type === "file" && stat.size <= MAX_BYTES ? files.readBytes(layout.keys) : undefined;
}

/**
 * Keeps public keys for the next time, so that a revocation that was seen once is never forgotten. Needs the store's
 * lock; the next barrier makes it durable.
 */
export function rememberKeys(files: Files, layout: StoreLayout, keys: Uint8Array): void {
  const before = rememberedKeys(files, layout);
  if (keys.length > MAX_BYTES || (before !== undefined && equals(before, keys))) return;
  const temporary = `${layout.keys}.new`;
  if (files.lstat(temporary) !== undefined) files.unlink(temporary);
  files.createFile(temporary, keys, 0o644);
  files.rename(temporary, layout.keys);
}
