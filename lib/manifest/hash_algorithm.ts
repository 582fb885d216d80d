/** A digest that can be checked. */
export interface HashAlgorithm {
  /** As Manifests name it. */
  readonly name: string;
  /** As node:crypto names it. */
  readonly cryptoName: string;
  readonly hexDigits: number;
  /** Whether it alone is enough for an entry. */
  readonly secure: boolean;
}

const algorithm = (name: string, cryptoName: string, hexDigits: number, secure = true) =>
  [name, { name, cryptoName, hexDigits, secure }] as const;

/** The digests that are checked; entries may name others, which are skipped. */
export const HASH_ALGORITHMS: ReadonlyMap<string, HashAlgorithm> = new Map([
  algorithm("BLAKE2B", "blake2b512", 128),
  algorithm("SHA512", "sha512", 128),
  algorithm("BLAKE2S", "blake2s256", 64),
  algorithm("SHA256", "sha256", 64),
  algorithm("SHA3_256", "sha3-256", 64),
  algorithm("SHA3_512", "sha3-512", 128),
  algorithm("RMD160", "ripemd160", 40),
  algorithm("MD5", "md5", 32, false),
  algorithm("SHA1", "sha1", 40, false),
]);
