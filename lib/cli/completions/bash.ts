import { type Flag, type Flags, takesNextWord } from "../flag.ts";
import type { Positional } from "../positional.ts";
import { type CompletedCommand, type CompletionModel, shellQuoted } from "./model.ts";

/** The completion script for bash 4 and later; it needs no bash-completion. */
export function bashCompletions({ program, everywhere, commands }: CompletionModel): string {
  const names = commands.map(({ name }) => name);
  return `# bash completion for ${program}; generated, do not edit

_${program}() {
    local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command= at
    # bash takes the = of --flag=value for a word of its own.
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=\${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    for ((at = 1; at < COMP_CWORD; at++)); do
        case \${COMP_WORDS[at]} in
            =) ((at++)) ;;
            ${valueFlags(everywhere).join(" | ")}) [[ \${COMP_WORDS[at + 1]} == = ]] || ((at++)) ;;
            -*) ;;
            *) command=\${COMP_WORDS[at]}; break ;;
        esac
    done
    case $command:$prev in
${flagCases("*", everywhere)}${commands.map(({ name, flags }) => flagCases(name, flags)).join("")}    esac
    case $command in
        '') _${program}_words ${shellQuoted(flagWords(everywhere))} ${shellQuoted(names.join(" "))} ;;
${commands.map((command) => commandCase(program, { command, everywhere, names })).join("")}    esac
}

# Completes flags from $1 after a dash, else words from $2.
_${program}_words() {
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
    else
        mapfile -t COMPREPLY < <(compgen -W "$2" -- "$cur")
    fi
}

complete -F _${program} ${program}
`;
}

function flagWords(flags: Flags): string {
  return Object.entries(flags).flatMap(spellings)
    .join(" ");
}

function valueFlags(flags: Flags): string[] {
  return Object.entries(flags).filter(([, flag]) => takesNextWord(flag)).flatMap(spellings);
}

function spellings([name, { short }]: readonly [string, Flag]): string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}

function flagCases(command: string, flags: Flags): string {
  return Object.entries(flags).filter(([, flag]) => takesNextWord(flag)).map(([name, flag]) => {
    const pattern = spellings([name, flag]).map((spelling) => `${command}:${spelling}`).join(" | ");
    return `        ${pattern}) ${flagValues(flag)}return ;;\n`;
  }).join("");
}

function flagValues(flag: Flag): string {
  switch (flag.kind) {
    case "choice":
    case "choices":
      return `mapfile -t COMPREPLY < <(compgen -W ${shellQuoted(flag.choices.join(" "))} -- "$cur"); `;
    case "directory":
      return `compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur"); `;
    case "path":
      return `compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); `;
    case "switch":
    case "count":
    case "word":
    case "integer":
    case "duration":
    case "seconds":
      return "";
  }
}

function commandCase(
  program: string,
  { command, everywhere, names }: { command: CompletedCommand; everywhere: Flags; names: readonly string[] },
): string {
  const flags = shellQuoted(flagWords({ ...command.flags, ...everywhere }));
  const [positional] = Object.values(command.positionals);
  const words = positional === undefined ? "''" : positionalWords(program, positional, names);
  return `        ${command.name}) _${program}_words ${flags} ${words} ;;\n`;
}

function positionalWords(program: string, { kind, choices }: Positional, names: readonly string[]): string {
  if (choices !== undefined) return shellQuoted(choices.join(" "));
  switch (kind) {
    case "repository":
      return `"$(${program} __complete repositories 2>/dev/null)"`;
    case "command":
      return shellQuoted(names.join(" "));
    case "word":
      return "''";
  }
}
