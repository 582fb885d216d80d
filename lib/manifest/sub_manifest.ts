import { looksSigned } from "./cleartext.ts";
import { decompress } from "./decompress.ts";
import { type ManifestText, manifestText } from "./manifest_text.ts";
import type { Keyring } from "./signature.ts";
import { signedText } from "./signed_text.ts";

/**
 * The text of a sub-Manifest whose digests are right. A signature, if it has one, must be good.
 *
 * @param keyring absent for one that was verified before.
 */
export async function subManifestText(
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
  terms: { readonly keyring: Keyring | undefined; readonly nowMs: number },
): Promise<ManifestText> {
  const unpacked = decompress(bytes, path);
  if ("problem" in unpacked) return unpacked;
  return looksSigned(unpacked.bytes)
    ? await signedText(unpacked.bytes, path, terms)
    : manifestText(unpacked.bytes, path);
}
