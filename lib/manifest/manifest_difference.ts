import { dirname } from "@std/path";
import type { FileEntry } from "./entry.ts";
import { entryPath } from "./entry_path.ts";
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
  const prefix = dir === "." ? "" : `${dir}/`;
  const [old, now] = [new Set(before.split("\n")), new Set(after.split("\n"))];
  const kept: KeptEntry[] = [];
  const ignored: string[] = [];
  const fresh: string[] = [];
  for (const line of now) {
    if (line.startsWith("IGNORE ")) ignored.push(line);
    if (!old.has(line)) fresh.push(line);
    else if (!line.startsWith("DIST ")) keep(kept, prefix, line);
  }
  const added = fileEntries(fresh, prefix);
  if ("code" in added) return added;
  const gone = [...old].filter((line) => !now.has(line));
  const removed = fileEntries(gone, prefix);
  if ("code" in removed) return removed;
  const ignoresOther = [...gone, ...fresh].some((line) => line.trimStart().startsWith("IGNORE"));
  const paths = ignored.map((line) => prefix + pathOf(line.slice("IGNORE ".length).trim()));
  return { added, removed, kept, ignored: paths, ignoresOther };
}

function fileEntries(lines: readonly string[], prefix: string): FileEntry[] | LineFault {
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
function keep(kept: KeptEntry[], prefix: string, line: string): void {
  const entry = () => {
    const parsed = parseLine(line, { prefix, line: 0 });
    return parsed !== undefined && !("code" in parsed) && parsed.kind === "file" ? parsed : undefined;
  };
  const [tag, field] = line.split(" ", 2);
  if (tag === undefined || field === undefined || tag === "" || field === "" || line.includes("\t")) {
    const parsed = entry();
    if (parsed !== undefined) kept.push({ path: parsed.path, isManifest: parsed.tag === "MANIFEST", entry });
  } else if (tag !== "IGNORE" && tag !== "TIMESTAMP") {
    const path = `${prefix}${tag === "AUX" ? "files/" : ""}${pathOf(field)}`;
    kept.push({ path, isManifest: tag === "MANIFEST", entry });
  }
}

function pathOf(field: string): string {
  const decoded = entryPath(field);
  return "path" in decoded ? decoded.path : field;
}
