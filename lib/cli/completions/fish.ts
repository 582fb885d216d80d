import { shellQuoted } from "../../base/shell_quoted.ts";
import { type Flag, type Flags, takesNextWord } from "../flag.ts";
import type { Positional } from "../positional.ts";
import type { CompletedCommand, CompletionModel } from "./model.ts";

/** The completion script for fish. */
export function fishCompletions({ program, everywhere, commands }: CompletionModel): string {
  const names = commands.map(({ name }) => name);
  const lines = [
    `complete -c ${program} -f`,
    ...flagLines(program, program, everywhere),
    ...commands.map(({ name, summary }) =>
      `complete -c ${program} -n 'not __${program}_command >/dev/null' -a ${name} -d ${quoted(summary)}`
    ),
    ...commands.flatMap((command) => commandLines(program, command, names)),
  ];
  return `# fish completion for ${program}; generated, do not edit

# Prints the command that is typed, if there is one.
function __${program}_command
    set -l words (commandline -opc)[2..]
    while set -q words[1]
        switch $words[1]
            case ${valueFlags(everywhere).join(" ")}
                set -e words[1]
            case '-*'
            case '*'
                echo $words[1]
                return
        end
        set -e words[1]
    end
    return 1
end

# Tells whether that is the command that is typed.
function __${program}_is
    __${program}_command | string match -q -- $argv[1]
end

# Prints what the program says may stand at the cursor.
function __${program}_ask
    set -l typed (commandline -opc)[2..]
    set -l current (commandline -ct)
    set -l answer (${program} __complete -- (string replace -r '^~/' "$HOME/" -- $typed) "$current" 2>/dev/null)
    switch "$answer[1]"
        case :directories
            __fish_complete_directories "$current"
        case :program :files
            set -l at (contains -i -- -- $typed)
            and complete -C (string join -- ' ' (string escape -- $typed[(math $at + 1)..]) "$current")
        case '*'
            string join -- \\n $answer
    end
end

${lines.map((line) => `${line}\n`).join("")}`;
}

function valueFlags(flags: Flags): string[] {
  return Object.entries(flags).filter(([, flag]) => takesNextWord(flag)).flatMap(([name, { short }]) =>
    short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`]
  );
}

function commandLines(
  program: string,
  { name, flags, positionals }: CompletedCommand,
  names: readonly string[],
): string[] {
  const target = `${program} -n '__${program}_is ${name}'`;
  const [positional] = Object.values(positionals);
  return [
    ...flagLines(program, target, flags),
    ...(positional === undefined ? [] : [`complete -c ${target} ${positionalWords(program, positional, names)}`]),
  ];
}

function flagLines(program: string, target: string, flags: Flags): string[] {
  return Object.entries(flags).map(([name, flag]) => {
    const short = flag.short === undefined ? "" : ` -s ${flag.short}`;
    return `complete -c ${target} -l ${name}${short}${valueOptions(program, flag)} -d ${quoted(flag.description)}`;
  });
}

function valueOptions(program: string, flag: Flag): string {
  switch (flag.kind) {
    case "switch":
    case "count":
    case "seconds":
      return "";
    case "choice":
    case "choices":
      return ` -x -a ${shellQuoted(flag.choices.join(" "))}`;
    case "snapshot":
    case "pin":
    case "repositories":
      return ` -x -k -a '(__${program}_ask)'`;
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

/** What the program need not be asked for, else the question. */
function positionalWords(program: string, { kind, choices }: Positional, names: readonly string[]): string {
  if (choices !== undefined) return `-a ${shellQuoted(choices.join(" "))}`;
  return kind === "command" ? `-a ${shellQuoted(names.join(" "))}` : `-k -a '(__${program}_ask)'`;
}

/** fish has backslashes in single quotes mean themselves but before a quote or a backslash. */
function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
