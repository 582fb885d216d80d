import { dirname } from "@std/path";
import { compareLines } from "../host/compare_lines.js";
import type { ComparedPair } from "../host/hash_messages.ts";
import type { FileEntry } from "./entry.ts";
import { entryIn, type KeptEntries, keptEntries, type Place } from "./kept_entries.ts";
import { type LineFault, parseLine } from "./parse_line.ts";

/** What distinguishes two texts of one Manifest. */
export interface ManifestDifference {
  /** Where the Manifest is; `.` for the root. */
  readonly dir: string;
  /** Entries of the new text that are not in the old one word for word. */
  readonly added: readonly FileEntry[];
  /** Entries of the old text that are not in the new one word for word. */
  readonly removed: readonly FileEntry[];
  /** What entries of both texts name, the same word for word; a directory may come several times. */
  readonly kept: readonly KeptEntries[];
  /** What the new text ignores. */
  readonly ignored: readonly string[];
  /** Whether the old one ignores something else. */
  readonly ignoresOther: boolean;
}

/** How a text of a Manifest differs from an earlier one. */
export interface ComparedText extends Omit<ComparedPair, "added"> {
  readonly added: string;
}

/** Compares two texts. */
export function compareTexts(before: string, after: string): ComparedText {
  const text = encoder.encode(after);
  const { added, ...lines } = compareLines(encoder.encode(before), text);
  return { text, ...lines, added: decoder.decode(added) };
}

const [encoder, decoder] = [new TextEncoder(), new TextDecoder("utf-8", { ignoreBOM: true })];

/**
 * Takes out of two texts of the Manifest at `path` what differs, and parses only that: of a category of 250 packages
 * three changed. The old text must be one that verified. A line that is wrong makes the whole comparison fail.
 *
 * @example
 * ```ts
 * import { compareTexts, manifestDifference } from "./manifest_difference.ts";
 * import { assert, assertEquals } from "@std/assert";
 * const found = manifestDifference("a/Manifest", compareTexts("DATA x 1\nDATA y 2\n", "DATA y 2\nDATA z 3\n"));
 * assert(!("code" in found));
 * assertEquals(found.added.map(({ path }) => path), ["a/z"]);
 * assertEquals(found.removed.map(({ path }) => path), ["a/x"]);
 * assertEquals(found.kept.map((entries) => [entries.dir, ...entries.names()]), [["a", "y"]]);
 * ```
 */
export function manifestDifference(path: string, compared: ComparedText): ManifestDifference | LineFault {
  const dir = dirname(path);
  const place = { dir, prefix: dir === "." ? "" : `${dir}/` };
  const [addedLines, removedLines] = [compared.added.split("\n"), decoder.decode(compared.removed).split("\n")];
  const added = fileEntries(addedLines, place);
  if ("code" in added) return added;
  const removed = fileEntries(removedLines, place);
  if ("code" in removed) return removed;
  const { kept, ignored } = keptEntries(compared, place);
  for (const line of addedLines) ignored.push(...ignoredBy(line, place));
  const ignoresOther = [...removedLines, ...addedLines].some((line) => IGNORES.test(line));
  return { dir, added, removed, kept, ignored, ignoresOther };
}

const IGNORES = /^[ \t]*IGNORE[ \t]/;

function ignoredBy(line: string, { prefix }: Place): string[] {
  const entry = IGNORES.test(line) ? entryIn(line, prefix) : undefined;
  return entry?.kind === "ignore" ? [entry.path] : [];
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
