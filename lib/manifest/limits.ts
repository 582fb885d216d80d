/** What is refused as too large, so that hostile input costs bounded time and memory. */
export const LIMITS = {
  /** Bytes of the top-level Manifest. */
  topManifestBytes: 16 * 2 ** 20,
  /** Bytes of a sub-Manifest as stored. */
  storedManifestBytes: 64 * 2 ** 20,
  /** Bytes of a sub-Manifest after decompression. */
  manifestBytes: 256 * 2 ** 20,
  manifests: 1_000_000,
  entries: 10_000_000,
  /** Manifests between a Manifest and the top. */
  nesting: 64,
  /** Bytes of a line without its end. */
  lineBytes: 8192,
  pathBytes: 4096,
  componentBytes: 255,
  armorBytes: 64 * 1024,
  /** Bytes of the file of public keys. */
  keyFileBytes: 16 * 2 ** 20,
} as const;
