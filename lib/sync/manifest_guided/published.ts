import type { Files } from "../../host/files.ts";
import { readCleartext } from "../../manifest/cleartext.ts";
import { TOP_MANIFEST } from "../../manifest/top_manifest.ts";

/** The published tree that an update starts from. */
export interface Published {
  readonly dir: string;
  /** Its top-level Manifest. */
  readonly bytes: Uint8Array;
  /** What that says: the signed text. */
  readonly text: string;
}

/** The published tree at `dir`; `undefined` when it has no signed top-level Manifest. It was verified before. */
export function publishedTree(files: Pick<Files, "lstat" | "readBytes">, dir: string): Published | undefined {
  const path = `${dir}/${TOP_MANIFEST}`;
  if (files.lstat(path)?.type !== "file") return undefined;
  const bytes = files.readBytes(path);
  const framing = readCleartext(bytes, TOP_MANIFEST);
  return "message" in framing ? { dir, bytes, text: framing.message.signedText } : undefined;
}
