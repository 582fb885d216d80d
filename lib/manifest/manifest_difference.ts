import { dirname } from "@std/path";
import { compareLines, lineEnd } from "../host/compare_lines.js";
import type { ComparedPair } from "../host/hash_pool.ts";
import type { Entry, FileEntry } from "./entry.ts";
import { type LineFault, parseLine } from "./parse_line.ts";

/** What distinguishes two texts of one Manifest. */
export interface ManifestDifference {
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

/** Entries of one directory that did not change: only where they point is of interest. */
export interface KeptEntries {
  /** `.` for the root. */
  readonly dir: string;
  /** In it, one for each entry. */
  readonly names: readonly string[];
  /** Those of them that are Manifests'. */
  readonly manifests: readonly string[];
  /** All that the entry of the name at `index` says. */
  entry(index: number): FileEntry | undefined;
}

/** The path of a name in a directory. */
export function pathOf(dir: string, name: string): string {
  return dir === "." ? name : `${dir}/${name}`;
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
 * Takes out of two texts of the Manifest at `path` what differs, and parses only that: of a category of 250 packages three
 * changed. The old text must be one that verified. A line that is wrong makes the whole comparison fail.
 *
 * @example
 * ```ts
 * import { compareTexts, manifestDifference } from "./manifest_difference.ts";
 * import { assert, assertEquals } from "@std/assert";
 * const found = manifestDifference("a/Manifest", compareTexts("DATA x 1\nDATA y 2\n", "DATA y 2\nDATA z 3\n"));
 * assert(!("code" in found));
 * assertEquals(found.added.map(({ path }) => path), ["a/z"]);
 * assertEquals(found.removed.map(({ path }) => path), ["a/x"]);
 * assertEquals(found.kept.map(({ dir, names }) => [dir, ...names]), [["a", "y"]]);
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
  return { added, removed, kept, ignored, ignoresOther };
}

const IGNORES = /^[ \t]*IGNORE[ \t]/;

function ignoredBy(line: string, { prefix }: Place): string[] {
  const entry = IGNORES.test(line) ? entryIn(line, prefix) : undefined;
  return entry?.kind === "ignore" ? [entry.path] : [];
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

/** A beginning that does not show by itself what the line is: with other white space, or with an escape. */
const UNUSUAL = /^ | $|[\t\\]/;

/** Takes the paths out of lines that are known to be right; one in an unusual form is parsed after all. */
function keptEntries(compared: ComparedText, place: Place): { kept: KeptEntries[]; ignored: string[] } {
  const [groups, ignored]: [KeptGroups, string[]] = [new KeptGroups(new KeptLines(compared, place)), []];
  let index = -1;
  for (const head of compared.heads.split("\n")) {
    index++;
    const tagEnd = head.indexOf(" ");
    const tag = head.slice(0, Math.max(0, tagEnd));
    if (UNUSUAL.test(head) || tag === "IGNORE") {
      const entry = groups.lines.entryAt(index);
      if (entry?.kind === "ignore") ignored.push(entry.path);
      if (entry?.kind === "file") groups.add(index, entry.tag === "MANIFEST", entry.path, ROOT);
    } else if (tag !== "" && tag !== "DIST" && tag !== "TIMESTAMP") {
      const field = head.slice(tagEnd + 1);
      groups.add(index, tag === "MANIFEST", tag === "AUX" ? `files/${field}` : field, place);
    }
  }
  return { kept: groups.all, ignored };
}

const ROOT: Place = { dir: ".", prefix: "" };

/** The lines that a text of a Manifest has in common with an earlier one. */
class KeptLines {
  constructor(readonly compared: ComparedText, readonly place: Place) {}

  entryAt(index: number): Entry | undefined {
    const { starts, text } = this.compared;
    const start = starts[index] ?? text.length;
    return entryIn(decoder.decode(text.subarray(start, lineEnd(text, start))), this.place.prefix);
  }
}

/** Collects what the lines name; most are in the directory of the one before. */
class KeptGroups {
  readonly all: KeptGroup[] = [];
  #last: KeptGroup | undefined;

  constructor(readonly lines: KeptLines) {}

  /** @param below the path in it, from `place`. */
  add(index: number, isManifest: boolean, below: string, place: Place): void {
    const slash = below.lastIndexOf("/");
    const dir = slash < 0 ? place.dir : place.prefix + below.slice(0, slash);
    if (this.#last?.dir !== dir) this.all.push(this.#last = new KeptGroup(dir, this.lines));
    this.#last.add(index, isManifest, slash < 0 ? below : below.slice(slash + 1));
  }
}

class KeptGroup implements KeptEntries {
  readonly names: string[] = [];
  readonly manifests: string[] = [];
  readonly #indexes: number[] = [];

  constructor(readonly dir: string, readonly lines: KeptLines) {}

  add(index: number, isManifest: boolean, name: string): void {
    this.names.push(name);
    if (isManifest) this.manifests.push(name);
    this.#indexes.push(index);
  }

  entry(at: number): FileEntry | undefined {
    const index = this.#indexes[at];
    const entry = index === undefined ? undefined : this.lines.entryAt(index);
    return entry?.kind === "file" ? entry : undefined;
  }
}
