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
  if ("problem" in framing) return undefined;
  return { dir, bytes, text: framing.message.signedText };
}

/** SHA-512 of the signed text, in hex. By Web Crypto, as Node's would have to be loaded, before the mirror is asked. */
export async function textDigestOf({ text }: Pick<Published, "text">): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-512", encoder.encode(text))).toHex();
}

const encoder = new TextEncoder();
