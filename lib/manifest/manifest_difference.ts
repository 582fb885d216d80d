import { dirname } from "@std/path";
import type { Entry, FileEntry } from "./entry.ts";
import { lineDifference } from "./line_difference.ts";
import { type LineFault, parseLine } from "./parse_line.ts";

/** What distinguishes two texts of one Manifest. */
export interface ManifestDifference {
  /** Entries of the new text that are not in the old one word for word. */
  readonly added: readonly FileEntry[];
  /** Entries of the old text that are not in the new one word for word. */
  readonly removed: readonly FileEntry[];
  /** Paths that entries of both texts name, the same word for word. */
  readonly kept: readonly KeptEntry[];
  /** What the new text ignores. */
  readonly ignored: readonly string[];
  /** Whether the old one ignores something else. */
  readonly ignoresOther: boolean;
}

/** An entry that did not change: only where it points is of interest. */
export interface KeptEntry {
  readonly path: string;
  /** The directory in it, `.` for the root. */
  readonly dir: string;
  /** The rest of it. */
  readonly name: string;
  readonly isManifest: boolean;
  /** All that it says. */
  entry(): FileEntry | undefined;
}

/**
 * Compares two texts of the Manifest at `path` line by line, and parses only the lines that differ: of a category of 250
 * packages three changed. The old text must be one that verified. A line that is wrong makes the whole comparison fail.
 *
 * @example
 * ```ts
 * import { manifestDifference } from "./manifest_difference.ts";
 * import { assert, assertEquals } from "@std/assert";
 * const found = manifestDifference("a/Manifest", "DATA x 1\nDATA y 2\n", "DATA y 2\nDATA z 3\n");
 * assert(!("code" in found));
 * assertEquals(found.added.map(({ path }) => path), ["a/z"]);
 * assertEquals(found.removed.map(({ path }) => path), ["a/x"]);
 * assertEquals(found.kept.map(({ path }) => path), ["a/y"]);
 * ```
 */
export function manifestDifference(path: string, before: string, after: string): ManifestDifference | LineFault {
  const dir = dirname(path);
  const place = { dir, prefix: dir === "." ? "" : `${dir}/` };
  const lines = lineDifference(before, after);
  const added = fileEntries(lines.added, place);
  if ("code" in added) return added;
  const removed = fileEntries(lines.removed, place);
  if ("code" in removed) return removed;
  const kept = lines.kept.flatMap((line) => keptEntry(line, place) ?? []);
  const ignored = [...lines.kept, ...lines.added].flatMap((line) => ignoredBy(line, place) ?? []);
  const ignoresOther = [...lines.removed, ...lines.added].some((line) => IGNORES.test(line));
  return { added, removed, kept, ignored, ignoresOther };
}

const IGNORES = /^[ \t]*IGNORE[ \t]/;

function ignoredBy(line: string, { prefix }: Place): string | undefined {
  const entry = IGNORES.test(line) ? entryIn(line, prefix) : undefined;
  return entry?.kind === "ignore" ? entry.path : undefined;
}

/** Of a line that is right, or of none. */
function entryIn(line: string, prefix: string): Entry | undefined {
  const parsed = parseLine(line, { prefix, line: 0 });
  return parsed === undefined || "code" in parsed ? undefined : parsed;
}

/** Where a Manifest is. */
interface Place {
  readonly dir: string;
  /** The same with a slash, or nothing. */
  readonly prefix: string;
}

function fileEntries(lines: readonly string[], { prefix }: Place): FileEntry[] | LineFault {
  const entries: FileEntry[] = [];
  for (const text of lines) {
    const entry = parseLine(text, { prefix, line: 0 });
    if (entry === undefined) continue;
    if ("code" in entry) return entry;
    if (entry.kind === "file") entries.push(entry);
  }
  return entries;
}

/** Takes the path out of a line that is known to be right; one in an unusual form is parsed after all. */
function keptEntry(line: string, place: Place): KeptEntry | undefined {
  const tagEnd = line.indexOf(" ");
  const tag = line.slice(0, tagEnd);
  if (tag === "DIST" || tag === "IGNORE" || tag === "TIMESTAMP") return undefined;
  const fieldEnd = line.indexOf(" ", tagEnd + 1);
  const field = line.slice(tagEnd + 1, fieldEnd);
  const entry = () => {
    const parsed = entryIn(line, place.prefix);
    return parsed?.kind === "file" ? parsed : undefined;
  };
  if (tagEnd <= 0 || fieldEnd <= tagEnd + 1 || line.includes("\t") || field.includes("\\")) {
    const parsed = entry();
    return parsed && new KeptLine(parsed.path, parsed.tag === "MANIFEST", { dir: ".", prefix: "" }, entry);
  }
  return new KeptLine(tag === "AUX" ? `files/${field}` : field, tag === "MANIFEST", place, entry);
}

class KeptLine implements KeptEntry {
  readonly dir: string;
  readonly name: string;

  constructor(below: string, readonly isManifest: boolean, { dir, prefix }: Place, readonly entry: KeptEntry["entry"]) {
    const slash = below.lastIndexOf("/");
    this.dir = slash < 0 ? dir : prefix + below.slice(0, slash);
    this.name = below.slice(slash + 1);
  }

  get path(): string {
    return this.dir === "." ? this.name : `${this.dir}/${this.name}`;
  }
}
