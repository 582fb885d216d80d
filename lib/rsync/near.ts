/**
 * The blocks of this host, of one link and of private networks: RFC 1122 (127/8), RFC 3927 (169.254/16), RFC 1918,
 * RFC 4291 (::1, fe80::/10) and RFC 4193 (fc00::/7).
 */
const NEAR =
  /^(?:(?:127|10)\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|::1$|fe[89ab][\da-f]:|f[cd][\da-f]{2}:)/i;

/**
 * Whether an address is one of this host's or of a private network's. A link of such a network mostly carries more than
 * a processor can compress: the hex digits of Manifests go through zstd at some 60 MB/s, to half of their size.
 *
 * @param address without brackets.
 */
export function isNear(address: string): boolean {
  return NEAR.test(address.replace(/^::ffff:(?=\d+\.)/i, ""));
}
