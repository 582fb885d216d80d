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

/** A Manifest's text, or why it is none. */
export type ManifestText = { readonly text: string } | { readonly problem: Problem };

/** Decodes the bytes of the Manifest at `path`, refusing whatever two readers could understand differently. */
export function manifestText(bytes: Uint8Array, path: string): ManifestText {
  const text = decode(bytes);
  if (text === undefined) return { problem: problem("bad-character", path, "Not valid UTF-8") };
  const at = PLAIN.test(text) ? -1 : text.search(REFUSED);
  if (at >= 0) {
    const code = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    const line = lineAt(text, at);
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

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let end = text.indexOf("\n"); end >= 0 && end < at; end = text.indexOf("\n", end + 1)) line++;
  return line;
}

/** Number of the first line that is too long. */
function longLine(bytes: Uint8Array): number | undefined {
  if (bytes.length <= LIMITS.lineBytes) return undefined;
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found;
    if (end - start > LIMITS.lineBytes) return line;
    start = end + 1;
  }
  return undefined;
}
