import { LIMITS } from "./limits.ts";
import { type Problem, problem } from "./problem.ts";

/**
 * Every character that separates nothing, shows nothing or is taken for a line end elsewhere: controls apart from TAB,
 * LF and a CR before LF, byte-order marks, and white space other than SP and TAB.
 */
// deno-lint-ignore no-control-regex -- these are the characters to be found
const REFUSED = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]|\r(?!\n)/;

/** What nearly all Manifests consist of; quicker to tell than that nothing is refused. */
const PLAIN = /^[\x20-\x7e\n]*$/;

const LF = 0x0a;

/** A Manifest's text, or why it is none. */
export type ManifestText = { readonly text: string } | { readonly problem: Problem };

/** Decodes the bytes of the Manifest at `path`, refusing whatever two readers could understand differently. */
export function manifestText(bytes: Uint8Array, path: string): ManifestText {
  const text = decode(bytes);
  if (text === undefined) return { problem: problem("bad-character", path, "Not valid UTF-8") };
  const at = PLAIN.test(text) ? -1 : text.search(REFUSED);
  if (at >= 0) {
    const code = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    const line = text.slice(0, at).split("\n").length;
    return { problem: problem("bad-character", path, `Contains the character U+${code}`, { line }) };
  }
  const long = longLine(bytes);
  if (long === undefined) return { text };
  return {
    problem: problem("bad-framing", path, `A line is longer than ${LIMITS.lineBytes} bytes`, { line: long }),
  };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Number of the first line that is too long. From each line it goes as far as that may reach, and back to the end
 * before.
 */
function longLine(bytes: Uint8Array): number | undefined {
  for (let start = 0; start + LIMITS.lineBytes < bytes.length;) {
    const end = bytes.lastIndexOf(LF, start + LIMITS.lineBytes);
    if (end < start) return lineAt(bytes, start);
    start = end + 1;
  }
  return undefined;
}

function lineAt(bytes: Uint8Array, at: number): number {
  let line = 1;
  for (let end = bytes.indexOf(LF); end >= 0 && end < at; end = bytes.indexOf(LF, end + 1)) line++;
  return line;
}
