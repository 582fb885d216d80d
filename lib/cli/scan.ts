import type { Flag, Flags } from "./flag.ts";
import { takesNextWord } from "./flag.ts";
import { unknownWordFault, usageFault } from "./usage_fault.ts";

/** A flag as it was given; `text` is its value, absent for `--flag` alone. */
export interface Occurrence {
  readonly name: string;
  readonly text?: string;
}

/** A command line taken apart. */
export interface Scan {
  readonly occurrences: readonly Occurrence[];
  /** What is no flag, and everything after `--`. */
  readonly words: readonly string[];
  /** With `stopAtWord`: what follows the first word. */
  readonly rest: readonly string[];
}

/** What a scan needs to know. */
export interface ScanOptions {
  readonly flags: Flags;
  /** For hints: the command that the flags belong to. */
  readonly command?: string;
  /** The words end with the command line of another program. */
  readonly takesProgram?: boolean;
  /** Stop after the first word, which names the command. */
  readonly stopAtWord?: boolean;
}

/**
 * Takes `argv` apart by the flags that are declared, as POSIX and GNU have it: `--flag=value`, `--flag value`,
 * clusters of short flags (`-vvn`, `-j4`, `-vj 4`), `--` before words that look like flags, `-` as a word.
 *
 * The standard library's `parseArgs` is not strict enough for this: it takes a `true` after a switch for its value,
 * makes numbers of words, has no optional values, and takes `--flag=` for `--flag`.
 *
 * @throws {Fault} `usage` for a flag that is not declared, lacks its value, or has one that it cannot have.
 */
export function scanArguments(argv: readonly string[], options: ScanOptions): Scan {
  const occurrences: Occurrence[] = [];
  const words: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (word === "--") {
      words.push(...argv.slice(at + 1));
      break;
    }
    if (isFlag(word)) {
      const next = argv[at + 1];
      const { found, usedNext } = word.startsWith("--")
        ? readLong(word, next, options)
        : readCluster(word, next, options);
      occurrences.push(...found);
      if (usedNext) at++;
    } else {
      words.push(word);
      if (options.stopAtWord) return { occurrences, words, rest: argv.slice(at + 1) };
    }
  }
  if (options.stopAtWord) return { occurrences, words: words.slice(0, 1), rest: asWords(words.slice(1)) };
  return { occurrences, words, rest: [] };
}

interface FlagsRead {
  readonly found: readonly Occurrence[];
  readonly usedNext: boolean;
}

function isFlag(word: string): boolean {
  return word.startsWith("-") && word !== "-";
}

/** Words that came after `--` stay words in the next scan. */
function asWords(words: readonly string[]): readonly string[] {
  return words.length === 0 ? [] : ["--", ...words];
}

function readLong(word: string, next: string | undefined, options: ScanOptions): FlagsRead {
  const equals = word.indexOf("=");
  const name = word.slice(2, equals < 0 ? undefined : equals);
  const flag = lookUp(options.flags, name);
  if (flag === undefined) throw unknownFlag(`--${name}`, options);
  if (equals >= 0) {
    if (flag.kind === "switch" || flag.kind === "count") {
      throw usageFault(`Flag "--${name}" takes no value`, options.command);
    }
    return { found: [{ name, text: word.slice(equals + 1) }], usedNext: false };
  }
  return takesNextWord(flag) ? withNextWord(name, next, options) : { found: [{ name }], usedNext: false };
}

function readCluster(word: string, next: string | undefined, options: ScanOptions): FlagsRead {
  const found: Occurrence[] = [];
  for (let at = 1; at < word.length; at++) {
    const letter = word.charAt(at);
    const [name, flag] = Object.entries(options.flags).find(([, { short }]) => short === letter) ?? [];
    if (name === undefined || flag === undefined) throw unknownFlag(`-${letter}`, options);
    if (takesNextWord(flag)) {
      const text = word.slice(at + 1);
      const last = text === "" ? withNextWord(name, next, options) : { found: [{ name, text }], usedNext: false };
      return { found: [...found, ...last.found], usedNext: last.usedNext };
    }
    found.push({ name });
  }
  return { found, usedNext: false };
}

function withNextWord(name: string, next: string | undefined, { command }: ScanOptions): FlagsRead {
  if (next === undefined || isFlag(next)) {
    throw usageFault(`Flag "--${name}" needs a value`, command);
  }
  return { found: [{ name, text: next }], usedNext: true };
}

function lookUp(flags: Flags, name: string): Flag | undefined {
  return Object.hasOwn(flags, name) ? flags[name] : undefined;
}

function unknownFlag(typed: string, { flags, command, takesProgram }: ScanOptions) {
  const known = Object.keys(flags).map((name) => `--${name}`);
  const otherwise = takesProgram ? "Put -- before the command to run, if it is one of its flags" : undefined;
  return unknownWordFault("flag", typed, { known, command, otherwise });
}
