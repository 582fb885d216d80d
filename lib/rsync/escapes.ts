const [BACKSLASH, HASH] = [0x5c, 0x23];
const STRICT_UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Whether rsync may have escaped something in `bytes` from `from` to before `to`. */
export function mayHoldEscapes(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] === BACKSLASH && bytes[at + 1] === HASH) return true;
  return false;
}

/**
 * Resolves escapes: a control character is `\#` and three octal digits, and so is a backslash before such as `\#134`.
 */
export function unescaped(line: Uint8Array): Uint8Array {
  if (!mayHoldEscapes(line, 0, line.length)) return line;
  const text = byteString(line).replace(/\\#([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8)));
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

/** A character for each byte; the decoder called "latin1" is windows-1252 and would not do. */
export function byteString(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** The text that is encoded in `bytes`; `undefined` when it is not UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
