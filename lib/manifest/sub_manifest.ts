import { looksSigned, readCleartext } from "./cleartext.ts";
import { decompress } from "./decompress.ts";
import { type ManifestText, manifestText } from "./manifest_text.ts";
import { checkSignatures, type Keyring } from "./signature.ts";

/**
 * The text of a sub-Manifest whose digests are right. It needs no signature, its parent vouches for it; but if there is
 * one, it must be good.
 *
 * @param keyring absent for one that was verified before.
 */
export async function subManifestText(
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
  { keyring, nowMs }: { readonly keyring: Keyring | undefined; readonly nowMs: number },
): Promise<ManifestText> {
  const unpacked = decompress(bytes, path);
  if ("problem" in unpacked) return unpacked;
  if (!looksSigned(unpacked.bytes)) return manifestText(unpacked.bytes, path);
  const framing = readCleartext(unpacked.bytes, path);
  if ("problem" in framing) return framing;
  const { message } = framing;
  const check = keyring && await checkSignatures(keyring, message, { path, nowMs });
  return check !== undefined && "problem" in check ? check : { text: message.signedText };
}
