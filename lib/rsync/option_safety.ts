import { printable, withoutPasswords } from "../base/printable.ts";
import { type Option, parseWords, type WordGroup } from "./option_words.ts";

/** Why an option cannot be used as the user meant it. */
export interface Objection {
  /** The option as given, for messages. */
  readonly word: string;
  /** A clause without capital and period that completes "WORD: …". */
  readonly reason: string;
}

/** What the words for rsync mean to a storage that shares files between snapshots. */
export interface Assessment {
  /** Must not be run over a tree with shared files, in any way: refuse the sync. */
  readonly refused: readonly Objection[];
  /** Cannot be split into a plan and a fetch: needs one whole pass over a copy that shares no inode. */
  readonly unplannable: readonly Objection[];
}

const WRITES_THROUGH = "it writes into files that other snapshots share";
const NO_TRANSFER = "with it rsync does something else than to update the tree";
const OTHER_TREE = "the snapshot would depend on another tree";
const BATCH = "a batch is not the mirror";
const MISSING_IS_EMPTY = "with it a mirror that is missing looks like one that is empty";
const ATTRIBUTES = "directories are staged without these attributes";
const KEEPS_OLD = "the files that it keeps are not part of the plan";

const REFUSED: ReadonlyMap<string, string> = new Map([
  ["inplace", WRITES_THROUGH],
  ["append", WRITES_THROUGH],
  ["append-verify", WRITES_THROUGH],
  ["write-devices", "it implies --inplace"],
  ["keep-dirlinks", "it writes through symbolic links, which may lead out of the tree"],
  ["remove-source-files", "it removes files of the mirror"],
  ["remove-sent-files", "it removes files of the mirror"],
  ["link-dest", "files of another tree would become files of the snapshot"],
  ["copy-dest", OTHER_TREE],
  ["compare-dest", "files found in the other tree would be missing in the snapshot"],
  ["files-from", "the paths to fetch come from the plan"],
  ["delete-missing-args", MISSING_IS_EMPTY],
  ["ignore-missing-args", MISSING_IS_EMPTY],
  ["read-batch", BATCH],
  ["write-batch", BATCH],
  ["only-write-batch", BATCH],
  ...[
    "dry-run",
    "list-only",
    "help",
    "version",
    "server",
    "sender",
    "daemon",
    "config",
    "dparam",
    "detach",
    "no-detach",
  ]
    .map((name): [string, string] => [name, NO_TRANSFER]),
]);

const UNPLANNABLE: ReadonlyMap<string, string> = new Map([
  ["backup", KEEPS_OLD],
  ["backup-dir", KEEPS_OLD],
  ["suffix", KEEPS_OLD],
  ["hard-links", "links between fetched and kept files would be lost"],
  ["relative", "it moves the tree to another place"],
  ["iconv", "file names in the plan are converted ones"],
  ["acls", ATTRIBUTES],
  ["xattrs", ATTRIBUTES],
  ["fake-super", ATTRIBUTES],
  ["atimes", ATTRIBUTES],
  ["crtimes", ATTRIBUTES],
]);

/** Options whose value may name a file, where `-` is standard input, which rcusync needs itself. */
const READS_STDIN: ReadonlySet<string> = new Set(["exclude-from", "include-from", "password-file"]);

/**
 * Judges the words for rsync before a sync into shared files.
 *
 * Everything else is fine: filters, `--existing`, `--ignore-existing`, `--update` and size limits are settled by
 * the plan; `--max-delete` makes the plan fail with 25; `--partial`, `--delay-updates` and what only talks is
 * dropped (see `fetchWords`), since staging is private until it is published.
 *
 * @example
 * ```ts
 * import { assess } from "./option_safety.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(assess(["-avH", "--inplace"]).refused.map((o) => o.word), ["--inplace"]);
 * assertEquals(assess(["-avH", "--inplace"]).unplannable.map((o) => o.word), ["-H"]);
 * ```
 */
export function assess(words: readonly string[]): Assessment {
  const refused: Objection[] = [];
  const unplannable: Objection[] = [];
  for (const { word, option } of parseWords(words).flatMap(spelledOptions)) {
    const refusal = refusalOf(option);
    const plea = UNPLANNABLE.get(option.name);
    if (refusal !== undefined) refused.push({ word, reason: refusal });
    else if (plea !== undefined) unplannable.push({ word, reason: plea });
  }
  for (const group of parseWords(words)) {
    if (group.kind !== "operand") continue;
    refused.push({ word: printable(withoutPasswords(group.words.join(" "))), reason: "it is not an option" });
  }
  return { refused, unplannable };
}

function spelledOptions(group: WordGroup): { word: string; option: Option }[] {
  if (group.kind === "long") return [{ word: printable(`--${group.option.name}`), option: group.option }];
  if (group.kind === "operand") return [];
  return group.letters.flatMap(({ letter, options }) =>
    options.map((option) => ({ word: printable(`-${letter}`), option }))
  );
}

function refusalOf({ name, value }: Option): string | undefined {
  if (READS_STDIN.has(name) && value === "-") return "standard input is not free for it";
  if ((name === "info" || name === "debug") && /help/i.test(value ?? "")) return NO_TRANSFER;
  return REFUSED.get(name);
}
