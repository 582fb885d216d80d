import type { Command, CommandResult, CommandRow, Example, Program } from "./command.ts";
import { EVERYWHERE_FLAGS } from "./everywhere.ts";
import { EXIT_STATUSES, type ExitCode } from "./exit_code.ts";
import { type Flags, flagUsage } from "./flag.ts";
import { positionalUsage } from "./positional.ts";
import type { Block } from "./view.ts";

/** What `rcusync --help` shows. */
export function programHelp(program: Program): CommandResult {
  const commands = program.commands.filter(({ hidden }) => !hidden);
  const usage = `Usage: ${program.name} [FLAG…] COMMAND [ARGUMENT…]`;
  return {
    exitCode: 0,
    document: { usage, summary: program.summary, commands: commands.map(({ name, summary }) => ({ name, summary })) },
    view: [
      paragraph(`${program.name}: ${program.summary}`),
      ...program.description.map(paragraph),
      heading(usage),
      heading("Commands"),
      { kind: "pairs", pairs: commands.map(({ name, summary }) => [name, summary]) },
      ...flagBlocks("Flags of every command", EVERYWHERE_FLAGS),
      ...exampleBlocks(program.examples),
      heading("Environment"),
      { kind: "pairs", pairs: program.environment },
      ...exitStatusBlocks(EXIT_STATUSES.map(([code]) => code)),
      heading(`More about a command: ${program.name} help COMMAND`),
    ],
  };
}

/** What `rcusync help COMMAND` shows. */
export function commandHelp(program: Program, { row, command }: { row: CommandRow; command: Command }): CommandResult {
  const usage = `Usage: ${commandUsage(program, { row, command })}`;
  return {
    exitCode: 0,
    document: { usage, summary: row.summary, description: command.description, flags: flagDocument(command.flags) },
    view: [
      paragraph(`${program.name} ${row.name}: ${row.summary}`),
      heading(usage),
      heading("Description"),
      ...command.description.map(paragraph),
      ...flagBlocks("Flags", command.flags),
      ...flagBlocks("Flags of every command", EVERYWHERE_FLAGS),
      ...exampleBlocks(command.examples),
      ...exitStatusBlocks(exitCodesOf(command)),
    ],
  };
}

/** Every status that a command can end with. */
export function exitCodesOf({ needs, exitStatuses }: Pick<Command, "needs" | "exitStatuses">): readonly ExitCode[] {
  return [0, 1, 2, ...(needs === "configuration" ? [10 as const] : []), ...exitStatuses];
}

/** `rcusync sync [FLAG…] [REPO…]` */
export function commandUsage(program: Program, { row, command }: { row: CommandRow; command: Command }): string {
  const words = Object.values(command.positionals).map(positionalUsage);
  return [program.name, row.name, "[FLAG…]", ...words].join(" ");
}

function flagBlocks(title: string, flags: Flags): Block[] {
  const pairs = flagPairs(flags);
  return pairs.length === 0 ? [] : [heading(title), { kind: "pairs", pairs }];
}

function flagPairs(flags: Flags): (readonly [string, string])[] {
  return Object.entries(flags).map(([name, flag]) => [flagUsage(name, flag), flag.description]);
}

function flagDocument(flags: Flags) {
  return flagPairs(flags).map(([usage, description]) => ({ usage: usage.trim(), description }));
}

function exampleBlocks(examples: readonly Example[]): Block[] {
  return [heading("Examples"), { kind: "pairs", pairs: examples.map(({ line, purpose }) => [line, purpose]) }];
}

function exitStatusBlocks(codes: readonly ExitCode[]): Block[] {
  const statuses = EXIT_STATUSES.filter(([code]) => codes.includes(code));
  return [
    heading("Exit statuses"),
    { kind: "pairs", pairs: statuses.map(([code, meaning]) => [String(code), meaning]) },
  ];
}

function heading(text: string): Block {
  return { kind: "heading", text };
}

function paragraph(text: string): Block {
  return { kind: "paragraph", text };
}
