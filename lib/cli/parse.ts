import type { Command, CommandRow, Input } from "./command.ts";
import { EVERYWHERE_FLAGS, type EverywhereValues } from "./everywhere.ts";
import type { Flag, Flags, FlagValue, FlagValues } from "./flag.ts";
import type { Positional, PositionalValue } from "./positional.ts";
import { type Occurrence, scanArguments } from "./scan.ts";
import { unknownWordFault, usageFault } from "./usage_fault.ts";
import { quoted } from "../base/printable.ts";

/** The first look at a command line: which command, and what to parse with its declaration. */
export interface CommandLine {
  /** Absent when none was named. */
  readonly row: CommandRow | undefined;
  readonly everywhere: EverywhereValues;
  readonly before: readonly Occurrence[];
  readonly rest: readonly string[];
}

/**
 * Finds the command.
 *
 * @throws {Fault} `usage` when there is no such command, or for a flag before it that not every command has.
 */
export function findCommand(argv: readonly string[], commands: readonly CommandRow[]): CommandLine {
  const { occurrences, words, rest } = scanArguments(argv, { flags: EVERYWHERE_FLAGS, stopAtWord: true });
  const everywhere = flagValues(EVERYWHERE_FLAGS, occurrences);
  const [name] = words;
  if (name === undefined) return { row: undefined, everywhere, before: occurrences, rest };
  return { row: commandRow(name, commands), everywhere, before: occurrences, rest };
}

/**
 * The row of the command `name`.
 *
 * @throws {Fault} `usage` when there is none.
 */
export function commandRow(name: string, commands: readonly CommandRow[]): CommandRow {
  const row = commands.find((candidate) => candidate.name === name);
  if (row !== undefined) return row;
  const known = commands.filter(({ hidden }) => !hidden).map((candidate) => candidate.name);
  throw unknownWordFault("command", name, { known });
}

/**
 * Parses what follows the command's name, and the flags before it. With `--help` the positional arguments are not
 * looked at.
 *
 * @throws {Fault} `usage` for whatever the command does not declare.
 */
export function parseCommand(
  line: Pick<CommandLine, "before" | "rest">,
  { name, command }: { readonly name: string; readonly command: Command },
): { readonly everywhere: EverywhereValues; readonly input: Input } {
  const flags: Flags = { ...command.flags, ...EVERYWHERE_FLAGS };
  const takesProgram = Object.values(command.positionals).some(({ kind }) => kind === "program");
  const scan = scanArguments(line.rest, { flags, command: name, takesProgram });
  const occurrences = [...line.before, ...scan.occurrences];
  const everywhere = flagValues(EVERYWHERE_FLAGS, occurrences);
  const words = everywhere.help ? [] : scan.words;
  const positionals = everywhere.help ? {} : positionalValues(name, command.positionals, words);
  return { everywhere, input: { flags: flagValues(command.flags, occurrences, name), positionals } };
}

function flagValues<F extends Flags>(flags: F, occurrences: readonly Occurrence[], command?: string): FlagValues<F> {
  const values = Object.entries(flags).map(([name, flag]) => {
    const texts = occurrences.filter((occurrence) => occurrence.name === name).map(({ text }) => text);
    return [name, flagValue(flag, { name, texts, command })];
  });
  // The entries are those of `flags`, one by one, and flagValue follows each flag's kind.
  return Object.fromEntries(values) as FlagValues<F>;
}

interface Given {
  readonly name: string;
  /** One for each use. */
  readonly texts: readonly (string | undefined)[];
  readonly command: string | undefined;
}

function flagValue(flag: Flag, given: Given): FlagValue {
  const text = given.texts.at(-1);
  switch (flag.kind) {
    case "switch":
      return given.texts.length > 0;
    case "count":
      return given.texts.length;
    case "choice":
      return text === undefined ? flag.default : choice(text, flag.choices, given);
    case "choices":
      return given.texts.map((each) => choice(each ?? "", flag.choices, given));
    case "directory":
    case "path":
      return text === "" ? rejected(given, "a path") : text;
    case "word":
    case "snapshot":
    case "pin":
    case "repositories":
      return text === "" ? rejected(given, "a word") : text;
    case "integer":
      return text === undefined ? flag.default : integer(text, flag.minimum, given);
    case "duration":
      return text === undefined ? undefined : duration(text, given);
    case "seconds":
      if (given.texts.length === 0) return undefined;
      return text === undefined ? flag.bare : integer(text, 0, given);
  }
}

function choice(text: string, choices: readonly string[], given: Given): string {
  return choices.includes(text) ? text : rejected({ ...given, texts: [text] }, `one of ${choices.join(", ")}`);
}

function integer(text: string, minimum: number, given: Given): number {
  const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : -1;
  return value >= minimum ? value : rejected(given, `a whole number, ${minimum} or more`);
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function duration(text: string, given: Given): number {
  const [, count = "", unit = ""] = /^([0-9]{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (SECONDS[unit] ?? 0);
  return seconds > 0 ? seconds : rejected(given, "a duration such as 30m, 12h or 2d");
}

function rejected({ name, texts, command }: Given, expected: string): never {
  throw usageFault(`Flag "--${name}" takes ${expected}, not ${quoted(texts.at(-1) ?? "")}`, command);
}

function positionalValues(
  command: string,
  positionals: Command["positionals"],
  words: readonly string[],
): Readonly<Record<string, PositionalValue>> {
  const left = [...words];
  const values = Object.entries(positionals).map(([name, positional]) => {
    const taken = left.splice(0, positional.arity === "many" ? left.length : 1);
    return [name, positionalValue(command, positional, taken)] as const;
  });
  const [extra] = left;
  if (extra !== undefined) throw usageFault(`Unexpected argument ${quoted(extra)}`, command);
  return Object.fromEntries(values);
}

function positionalValue(command: string, positional: Positional, words: readonly string[]): PositionalValue {
  const { placeholder, choices } = positional;
  const bad = words.find((word) => choices !== undefined && !choices.includes(word));
  if (bad !== undefined) throw unknownWordFault(placeholder, bad, { known: choices ?? [], command });
  const [word] = words;
  if (positional.arity === "many") return words;
  if (word === undefined && positional.arity === "one") {
    throw usageFault(`Argument ${placeholder} is missing`, command);
  }
  return word;
}
