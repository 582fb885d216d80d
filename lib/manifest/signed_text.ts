import { readCleartext } from "./cleartext.ts";
import type { ManifestText } from "./manifest_text.ts";
import { checkSignatures, type Keyring } from "./signature.ts";

/**
 * The text in the cleartext signed sub-Manifest at `path`. It needs no signature, its parent vouches for it; but if
 * there is one, it must be good.
 *
 * @param keyring absent for one that was verified before.
 */
export async function signedText(
  bytes: Uint8Array,
  path: string,
  { keyring, nowMs }: { readonly keyring: Keyring | undefined; readonly nowMs: number },
): Promise<ManifestText> {
  const framing = readCleartext(bytes, path);
  if ("problem" in framing) return framing;
  const { message } = framing;
  const check = keyring && await checkSignatures(keyring, message, { path, nowMs });
  return check !== undefined && "problem" in check ? check : { text: message.signedText };
}
