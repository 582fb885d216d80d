import { createHash } from "node:crypto";

const CRYPTO_NAMES: Readonly<Record<string, string>> = {
  BLAKE2B: "blake2b512",
  BLAKE2S: "blake2s256",
  SHA512: "sha512",
  SHA256: "sha256",
  SHA3_256: "sha3-256",
  SHA3_512: "sha3-512",
  RMD160: "ripemd160",
  MD5: "md5",
  SHA1: "sha1",
};

/** The line of a Manifest for a file with these contents, without the LF; with both usual digests unless told. */
export function manifestEntry(
  tag: string,
  path: string,
  { content, hashes = ["BLAKE2B", "SHA512"] }: { content: string | Uint8Array; hashes?: readonly string[] },
): string {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const digests = hashes.map((name) => `${name} ${createHash(CRYPTO_NAMES[name] ?? name).update(bytes).digest("hex")}`);
  return [tag, path, bytes.length, ...digests].join(" ");
}
