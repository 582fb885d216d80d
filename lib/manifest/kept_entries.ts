import { basename, dirname } from "@std/path";
import { lineEnd } from "../host/compare_lines.js";
import { sumOfNames } from "../host/expected_names.ts";
import type { ComparedPair } from "../host/hash_messages.ts";
import { LineHead, RUN_WORDS } from "../host/line_runs.js";
import type { Entry, FileEntry } from "./entry.ts";
import { parseLine } from "./parse_line.ts";

/** Entries of one directory that did not change; nothing of them is made before somebody asks. */
export interface KeptEntries {
  /** `.` for the root. */
  readonly dir: string;
  readonly count: number;
  /** Whether they are those of Manifests. */
  readonly areManifests: boolean;
  /** Of their names in the directory, but for those that begin with a dot: three words of sum_names.js. */
  readonly sum: Uint32Array<ArrayBuffer>;
  /** In the directory, one for each. */
  names(): string[];
  /** All that the entry at `index` says. */
  entry(index: number): FileEntry | undefined;
}

/** Where a Manifest is. */
export interface Place {
  readonly dir: string;
  /** The same with a slash, or nothing. */
  readonly prefix: string;
}

/** The lines that a text of a Manifest has in common with an earlier one, which are known to be right. */
export type KeptText = Pick<ComparedPair, "text" | "starts" | "runs" | "heads">;

/** What unchanged lines of a Manifest name, and which paths they ignore; one in an unusual form is parsed at once. */
export function keptEntries(text: KeptText, place: Place): { kept: KeptEntries[]; ignored: string[] } {
  const lines = new KeptLines(text, place);
  const [kept, ignored]: [KeptEntries[], string[]] = [[], []];
  let [first, row] = [0, 0];
  for (const head of text.heads.split("\n")) {
    const count = text.runs[row] ?? 0;
    const tagEnd = head.indexOf(" ");
    const tag = head.slice(0, Math.max(0, tagEnd));
    if (tag === "" || tag === "IGNORE") {
      for (let index = first; index < first + count; index++) {
        const entry = lines.entryAt(index);
        if (entry?.kind === "ignore") ignored.push(entry.path);
        if (entry?.kind === "file") kept.push(new KeptEntry(entry));
      }
    } else if (tag !== "DIST" && tag !== "TIMESTAMP") {
      kept.push(new KeptRun(lines, { tag, below: head.slice(tagEnd + 1), first, count, row }));
    }
    first += count;
    row += RUN_WORDS;
  }
  return { kept, ignored };
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

class KeptLines {
  readonly #head = new LineHead();

  constructor(readonly kept: KeptText, readonly place: Place) {}

  entryAt(index: number): Entry | undefined {
    const { starts, text } = this.kept;
    const start = starts[index] ?? text.length;
    return entryIn(decoder.decode(text.subarray(start, lineEnd(text, start))), this.place.prefix);
  }

  /** Of a plain line. */
  nameAt(index: number): string {
    const { starts, text } = this.kept;
    this.#head.read(text, starts[index] ?? text.length);
    return decoder.decode(text.subarray(this.#head.nameAt, this.#head.end));
  }
}

/** Of a line that is right, or of none. */
export function entryIn(line: string, prefix: string): Entry | undefined {
  const parsed = parseLine(line, { prefix, line: 0 });
  return parsed === undefined || "code" in parsed ? undefined : parsed;
}

/** Plain lines in a row. */
class KeptRun implements KeptEntries {
  readonly dir: string;
  readonly areManifests: boolean;
  readonly count: number;
  readonly #lines: KeptLines;
  readonly #first: number;
  readonly #row: number;

  /** @param run `below` is the directory as seen from the Manifest, without `files` where the tag means that. */
  constructor(
    lines: KeptLines,
    { tag, below, first, count, row }: {
      readonly tag: string;
      readonly below: string;
      readonly first: number;
      readonly count: number;
      readonly row: number;
    },
  ) {
    const { dir, prefix } = lines.place;
    const inside = tag === "AUX" ? below === "" ? "files" : `files/${below}` : below;
    this.dir = inside === "" ? dir : prefix + inside;
    this.areManifests = tag === "MANIFEST";
    this.count = count;
    this.#lines = lines;
    this.#first = first;
    this.#row = row;
  }

  get sum(): Uint32Array<ArrayBuffer> {
    return this.#lines.kept.runs.subarray(this.#row + 1, this.#row + RUN_WORDS);
  }

  names(): string[] {
    return Array.from({ length: this.count }, (_, index) => this.#lines.nameAt(this.#first + index));
  }

  entry(index: number): FileEntry | undefined {
    const entry = this.#lines.entryAt(this.#first + index);
    return entry?.kind === "file" ? entry : undefined;
  }
}

/** One line. */
class KeptEntry implements KeptEntries {
  readonly dir: string;
  readonly count = 1;
  readonly areManifests: boolean;
  readonly #entry: FileEntry;

  constructor(entry: FileEntry) {
    this.dir = dirname(entry.path);
    this.areManifests = entry.tag === "MANIFEST";
    this.#entry = entry;
  }

  get sum(): Uint32Array<ArrayBuffer> {
    return sumOfNames(this.names());
  }

  names(): string[] {
    return [basename(this.#entry.path)];
  }

  entry(): FileEntry {
    return this.#entry;
  }
}
