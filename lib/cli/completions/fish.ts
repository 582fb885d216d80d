import type { Flag, Flags } from "../flag.ts";
import type { Positional } from "../positional.ts";
import { type CompletedCommand, type CompletionModel, shellQuoted } from "./model.ts";

/** The completion script for fish. */
export function fishCompletions({ program, everywhere, commands }: CompletionModel): string {
  const names = commands.map(({ name }) => name).join(" ");
  const lines = [
    `# fish completion for ${program}; generated, do not edit`,
    `complete -c ${program} -f`,
    ...flagLines(program, everywhere),
    ...commands.map(({ name, summary }) =>
      `complete -c ${program} -n ${shellQuoted(`not __fish_seen_subcommand_from ${names}`)} -a ${name} -d ${
        quoted(summary)
      }`
    ),
    ...commands.flatMap((command) => commandLines(program, command, names)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function commandLines(program: string, { name, flags, positionals }: CompletedCommand, names: string): string[] {
  const condition = shellQuoted(`__fish_seen_subcommand_from ${name}`);
  const [positional] = Object.values(positionals);
  const words = positional === undefined ? undefined : positionalWords(program, positional, names);
  return [
    ...flagLines(`${program} -n ${condition}`, flags),
    ...(words === undefined ? [] : [`complete -c ${program} -n ${condition} -a ${shellQuoted(words)}`]),
  ];
}

function flagLines(target: string, flags: Flags): string[] {
  return Object.entries(flags).map(([name, flag]) => {
    const short = flag.short === undefined ? "" : ` -s ${flag.short}`;
    return `complete -c ${target} -l ${name}${short}${valueOptions(flag)} -d ${quoted(flag.description)}`;
  });
}

function valueOptions(flag: Flag): string {
  switch (flag.kind) {
    case "switch":
    case "count":
    case "seconds":
      return "";
    case "choice":
    case "choices":
      return ` -x -a ${shellQuoted(flag.choices.join(" "))}`;
    case "directory":
      return " -x -a '(__fish_complete_directories)'";
    case "path":
      return " -r -F";
    case "word":
    case "integer":
    case "duration":
      return " -x";
  }
}

function positionalWords(program: string, { kind, choices }: Positional, names: string): string | undefined {
  if (choices !== undefined) return choices.join(" ");
  switch (kind) {
    case "repository":
      return `(${program} __complete repositories 2>/dev/null)`;
    case "command":
      return names;
    case "word":
      return undefined;
  }
}

/** fish has backslashes in single quotes mean themselves but before a quote or a backslash. */
function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
