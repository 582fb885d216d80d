// deno-lint-ignore no-control-regex -- these are the characters to be escaped
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffd]/g;

/**
 * Returns `text` with every control, bidirectional and replacement character escaped as `\u{…}`,
 * so that a name chosen by a mirror cannot drive a terminal or forge a line of a log.
 */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** {@linkcode printable}, in double quotes. */
export function quoted(text: string): string {
  return `"${printable(text)}"`;
}

/**
 * Returns `text` with every password in a `scheme://user:password@host` part replaced by `***`. A password may hold `@`
 * and `/`; digits before a slash are taken for a port.
 */
export function withoutPasswords(text: string): string {
  return text.replace(/(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@]*):(?!\d+\/)\S*@/gi, "$1:***@");
}
