const ALPHABET = "ybndrfg8ejkmcpqxot1uwisza345h769";

/**
 * Encodes bytes as z-base-32 (RFC 6189, section 5.1.6), five bits a character, without padding.
 *
 * @example
 * ```ts
 * import { zbase32 } from "./zbase32.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(zbase32(new Uint8Array([240, 191, 199])), "6n9hq");
 * ```
 */
export function zbase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => ALPHABET[parseInt(group.padEnd(5, "0"), 2)]).join("");
}
