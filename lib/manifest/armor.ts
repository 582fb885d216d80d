/**
 * Decodes the lines of an ASCII armor's body: base64, then perhaps a CRC-24 line (RFC 9580, section 6). Returns
 * `undefined` when they are not that or the checksum is wrong; the library does not check it.
 */
export function decodeArmor(lines: readonly string[]): Uint8Array<ArrayBuffer> | undefined {
  const last = lines.at(-1) ?? "";
  const checksum = /^=([A-Za-z0-9+/]{4})$/.exec(last)?.[1];
  const bytes = decodeBase64((checksum === undefined ? lines : lines.slice(0, -1)).join(""));
  if (bytes === undefined || bytes.length === 0) return undefined;
  if (checksum === undefined) return bytes;
  const expected = decodeBase64(checksum) ?? new Uint8Array();
  return crc24(bytes) === expected.reduce((value, byte) => value * 256 + byte, 0) ? bytes : undefined;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  // fromBase64 would skip white space.
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}

function crc24(bytes: Uint8Array): number {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ ((crc & 0x800000) === 0 ? 0 : 0x1864cfb);
  }
  return crc & 0xffffff;
}
