import type { Digest, Entry, FileEntry, FileTag } from "./entry.ts";
import { entryPath } from "./entry_path.ts";
import { HASH_ALGORITHMS } from "./hash_algorithm.ts";
import { timestampValue } from "./timestamp_value.ts";

/** Why a line is no entry. */
export interface LineFault {
  readonly code: "bad-entry" | "bad-path" | "duplicate-hash";
  readonly message: string;
}

/** Where a line is. */
export interface LinePlace {
  /** What goes before its paths: the Manifest's directory with a slash, or nothing. */
  readonly prefix: string;
  readonly line: number;
}

const SIZE = /^(?:0|[1-9]\d*)$/;

/** Parses one line without its LF. A blank line and a correct DIST line give `undefined`. */
export function parseLine(text: string, place: LinePlace): Entry | LineFault | undefined {
  const fields = fieldsOf(text);
  const [tag, first] = fields;
  switch (tag) {
    case undefined:
      return undefined;
    case "MANIFEST":
    case "DATA":
    case "EBUILD":
    case "MISC":
    case "AUX":
      return fileEntry(tag, fields, place);
    case "DIST":
      return distFault(fields);
    case "IGNORE":
      return first !== undefined && fields.length === 2 ? ignoreEntry(first, place) : bad("IGNORE takes one path");
    case "TIMESTAMP":
      return first !== undefined && fields.length === 2
        ? timestampEntry(first, place)
        : bad("TIMESTAMP takes one time");
    default:
      return bad(`Unknown tag "${tag}"`);
  }
}

/** Splits at runs of SP and TAB; nearly all lines have single blanks only. */
function fieldsOf(text: string): string[] {
  const fields = text.split(" ");
  const plain = !text.includes("\t") && !text.endsWith("\r") && !fields.includes("");
  return plain ? fields : text.split(/[ \t\r]+/).filter((field) => field !== "");
}

function fileEntry(tag: FileTag, fields: readonly string[], { prefix, line }: LinePlace): FileEntry | LineFault {
  const file = sizeAndDigests(fields);
  if ("code" in file) return file;
  const decoded = entryPath(fields[1] ?? "");
  if ("fault" in decoded) return badPath(fields[1], decoded.fault);
  // Concatenation would keep a reference to the text of the whole Manifest, 200,000 times.
  const path = [prefix, tag === "AUX" ? "files/" : "", decoded.path].join("");
  return { kind: "file", tag, path, line, ...file };
}

function ignoreEntry(field: string, { prefix, line }: LinePlace): Entry | LineFault {
  const decoded = entryPath(field);
  if ("fault" in decoded) return badPath(field, decoded.fault);
  return { kind: "ignore", path: prefix + decoded.path, line };
}

function timestampEntry(field: string, { line }: LinePlace): Entry | LineFault {
  const timestampMs = timestampValue(field);
  if (timestampMs === undefined) return bad(`Time "${field}" is not YYYY-MM-DDTHH:MM:SSZ`);
  return { kind: "timestamp", timestampMs, line };
}

function distFault(fields: readonly string[]): LineFault | undefined {
  const file = sizeAndDigests(fields);
  if ("code" in file) return file;
  const decoded = entryPath(fields[1] ?? "");
  if ("fault" in decoded) return badPath(fields[1], decoded.fault);
  return decoded.path.includes("/") ? bad(`The name of a distfile contains "/": "${fields[1]}"`) : undefined;
}

type SizeAndDigests = Pick<FileEntry, "size" | "digests" | "hasUnknownDigests">;

function sizeAndDigests(fields: readonly string[]): SizeAndDigests | LineFault {
  const [tag, path, sizeField] = fields;
  if (path === undefined || sizeField === undefined) return bad(`${tag} takes a path, a size and digests`);
  const size = Number(sizeField);
  if (!SIZE.test(sizeField) || !Number.isSafeInteger(size)) return bad(`Size "${sizeField}" is no number of bytes`);
  if (fields.length % 2 === 0) return bad(`Digest "${fields.at(-1)}" has no value`);
  const digests: Digest[] = [];
  for (let at = 3; at < fields.length; at += 2) {
    const result = digest(fields[at] ?? "", fields[at + 1] ?? "");
    if (result === undefined) continue;
    if ("code" in result) return result;
    digests.push(result);
  }
  if (repeats(fields)) return { code: "duplicate-hash", message: "The same digest is named twice" };
  return { size, digests, hasUnknownDigests: digests.length < (fields.length - 3) / 2 };
}

/** `undefined` for an unknown algorithm. */
function digest(name: string, hex: string): Digest | LineFault | undefined {
  const algorithm = HASH_ALGORITHMS.get(name);
  if (algorithm === undefined) return undefined;
  if (hex.length === algorithm.hexDigits && isLowerHex(hex)) return { algorithm, hex };
  return bad(`The value of ${name} is not ${algorithm.hexDigits} lower-case hex digits`);
}

/** Bytes that nobody reads: a whole tree has 50 MB of digits, too many for a regular expression and for garbage. */
const scratch = new Uint8Array(64);

function isLowerHex(text: string): boolean {
  try {
    scratch.setFromHex(text);
    return text.toLowerCase() === text;
  } catch {
    return false;
  }
}

function repeats(fields: readonly string[]): boolean {
  if (fields.length <= 5) return false;
  if (fields.length === 7) return fields[3] === fields[5];
  const names = fields.filter((_, at) => at >= 3 && at % 2 === 1);
  return new Set(names).size < names.length;
}

function bad(message: string): LineFault {
  return { code: "bad-entry", message };
}

function badPath(field: string | undefined, fault: string): LineFault {
  return { code: "bad-path", message: `Path "${field}" ${fault}` };
}
