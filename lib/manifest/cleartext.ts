import { decodeArmor } from "./armor.ts";
import { LIMITS } from "./limits.ts";
import { manifestText } from "./manifest_text.ts";
import { type Problem, problem } from "./problem.ts";

const BEGIN_MESSAGE = "-----BEGIN PGP SIGNED MESSAGE-----";
const BEGIN_SIGNATURE = "-----BEGIN PGP SIGNATURE-----";
const END_SIGNATURE = "-----END PGP SIGNATURE-----";

/** The parts of an OpenPGP cleartext signed message. */
export interface Cleartext {
  /** The only text that may be parsed: unescaped, without trailing blanks, LF between lines, none at the end. */
  readonly signedText: string;
  /** The packets of the signature block. */
  readonly signature: Uint8Array<ArrayBuffer>;
  /** Digests that the message announces, in upper case. */
  readonly hashNames: readonly string[];
  /** Line of the file that the signed text starts on. */
  readonly firstLine: number;
}

/** The message, or why the bytes are none. */
export type Framing = { readonly message: Cleartext } | { readonly problem: Problem };

/**
 * Takes a cleartext signed Manifest apart, accepting only what every OpenPGP implementation frames alike. Nothing
 * outside of the frame is tolerated but blank lines.
 */
export function readCleartext(bytes: Uint8Array, path: string): Framing {
  const decoded = manifestText(bytes, path);
  if ("problem" in decoded) return decoded;
  // A CR can only stand before LF here.
  const lines = decoded.text.split("\n").map((line) => line.endsWith("\r") ? line.slice(0, -1) : line);
  try {
    return { message: frame(lines) };
  } catch (error) {
    if (!(error instanceof FramingError)) throw error;
    const line = Math.min(error.at + 1, lines.length);
    return { problem: problem(error.code, path, error.message, { line }) };
  }
}

/** The first letter of a Manifest comes after it; white space comes before. */
const DASH = 0x2d;

/** Whether a text is meant to be a cleartext signed message. */
export function looksSigned(bytes: Uint8Array): boolean {
  if ((bytes[0] ?? 0) > DASH) return false;
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 4096));
  return /^[ \t\r\n]*-----BEGIN PGP /.test(start);
}

/** Ends the reading of one message; it never leaves this file. */
class FramingError extends Error {
  constructor(
    readonly code: "unsigned" | "bad-framing" | "unsigned-data",
    message: string,
    /** Index of the line. */
    readonly at: number,
  ) {
    super(message);
  }
}

function frame(lines: readonly string[]): Cleartext {
  const begin = skipBlank(lines, 0);
  if (lines[begin] !== BEGIN_MESSAGE) throw new FramingError("unsigned", "Not an OpenPGP signed message", begin);
  const headers = readHashHeaders(lines, begin + 1);
  const text = readSignedLines(lines, headers.end);
  const armor = readArmor(lines, text.end);
  const rest = skipBlank(lines, armor.end);
  if (rest < lines.length) throw new FramingError("unsigned-data", "There is text after the signature", rest);
  return {
    signedText: text.signed.join("\n"),
    signature: armor.bytes,
    hashNames: headers.names,
    firstLine: headers.end + 1,
  };
}

function skipBlank(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && (lines[at] ?? "").trim() === "") at++;
  return at;
}

/** One or more `Hash:` lines and an empty one; `end` is the line after. */
function readHashHeaders(lines: readonly string[], from: number): { names: string[]; end: number } {
  const names: string[] = [];
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line === "" && names.length > 0) return { names, end: at + 1 };
    const match = /^Hash: ([A-Za-z0-9-]+(?:, ?[A-Za-z0-9-]+)*)$/.exec(line);
    if (match?.[1] === undefined) {
      throw new FramingError("bad-framing", "Only Hash: headers and an empty line may stand here", at);
    }
    names.push(...match[1].toUpperCase().split(/, ?/));
  }
  throw new FramingError("bad-framing", "The message ends within its headers", lines.length);
}

function readSignedLines(lines: readonly string[], from: number): { signed: string[]; end: number } {
  const signed: string[] = [];
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line === BEGIN_SIGNATURE) return { signed, end: at + 1 };
    if (line.startsWith("-") && !line.startsWith("- ")) {
      throw new FramingError("bad-framing", 'A signed line begins with "-" unescaped', at);
    }
    const unescaped = line.startsWith("- ") ? line.slice(2) : line;
    signed.push(withoutTrailingBlanks(unescaped));
  }
  throw new FramingError("bad-framing", "There is no signature", lines.length);
}

/** By hand: a regular expression takes a time that grows with the square of the blanks within a line. */
function withoutTrailingBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && " \t\r".includes(line.charAt(end - 1))) end--;
  return line.slice(0, end);
}

function readArmor(lines: readonly string[], from: number): { bytes: Uint8Array<ArrayBuffer>; end: number } {
  let at = from;
  while (/^(?:Comment|Version): [\x20-\x7e]*$/.test(lines[at] ?? "")) at++;
  if (lines[at] !== "") throw new FramingError("bad-framing", "The signature block has no empty line", at);
  const end = lines.indexOf(END_SIGNATURE, at);
  if (end < 0) throw new FramingError("bad-framing", "The signature has no end", lines.length);
  const bytes = decodeArmor(lines.slice(at + 1, end));
  if (bytes === undefined) throw new FramingError("bad-framing", "The signature block is damaged", at);
  if (bytes.length > LIMITS.armorBytes) throw new FramingError("bad-framing", "The signature is too long", at);
  return { bytes, end: end + 1 };
}
