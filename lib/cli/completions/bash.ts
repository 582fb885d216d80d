import { shellQuoted } from "../../base/shell_quoted.ts";
import { type Flag, type Flags, takesNextWord } from "../flag.ts";
import type { Positional } from "../positional.ts";
import type { CompletedCommand, CompletionModel } from "./model.ts";

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
    if [[ " \${COMP_WORDS[*]:1:COMP_CWORD-1} " == *" -- "* ]]; then
        _${program}_ask
        return
    fi
    for ((at = 1; at < COMP_CWORD; at++)); do
        case \${COMP_WORDS[at]} in
            =) ((at++)) ;;
            ${valueFlags(everywhere).join(" | ")}) [[ \${COMP_WORDS[at + 1]} == = ]] || ((at++)) ;;
            -*) ;;
            *) command=\${COMP_WORDS[at]}; break ;;
        esac
    done
    case $command:$prev in
${flagCases(program, "*", everywhere)}${
    commands.map(({ name, flags }) => flagCases(program, name, flags)).join("")
  }    esac
    case $command in
        '') _${program}_words ${shellQuoted(flagWords(everywhere))} ${shellQuoted(names.join(" "))} ;;
${commands.map((command) => commandCase(program, { command, everywhere, names })).join("")}    esac
}

# Completes flags from $1 after a dash, else words from $2; without $2, what the program knows.
_${program}_words() {
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
    elif (($# > 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$2" -- "$cur")
    else
        _${program}_ask
    fi
}

# Completes what the program says may stand at the cursor.
_${program}_ask() {
    local at word typed=() answer
    for ((at = 1; at <= COMP_CWORD; at++)); do
        word=\${COMP_WORDS[at]}
        [[ $word == "~/"* ]] && word=$HOME\${word:1}
        if ((at > 1)) && [[ $word == = || \${COMP_WORDS[at - 1]} == = ]]; then
            typed[-1]+=$word
        else
            typed+=("$word")
        fi
    done
    mapfile -t answer < <(${program} __complete -- "\${typed[@]}" 2>/dev/null)
    case \${answer[0]} in
        :directories) _${program}_files -d ;;
        :files) _${program}_files -f ;;
        :program) _${program}_files -c ;;
        *)
            compopt -o nosort 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -W "\${answer[*]%%$'\t'*}" -- "$cur")
            ;;
    esac
}

# Completes paths or programs: $1 is the option of compgen.
_${program}_files() {
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
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

function flagCases(program: string, command: string, flags: Flags): string {
  return Object.entries(flags).filter(([, flag]) => takesNextWord(flag)).map(([name, flag]) => {
    const pattern = spellings([name, flag]).map((spelling) => `${command}:${spelling}`).join(" | ");
    return `        ${pattern}) ${flagValues(program, flag)}return ;;\n`;
  }).join("");
}

function flagValues(program: string, flag: Flag): string {
  switch (flag.kind) {
    case "choice":
    case "choices":
      return `mapfile -t COMPREPLY < <(compgen -W ${shellQuoted(flag.choices.join(" "))} -- "$cur"); `;
    case "directory":
      return `_${program}_files -d; `;
    case "path":
      return `_${program}_files -f; `;
    case "snapshot":
    case "pin":
    case "repositories":
      return `_${program}_ask; `;
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
  const words = positional === undefined ? " ''" : knownWords(positional, names);
  return `        ${command.name}) _${program}_words ${flags}${words} ;;\n`;
}

/** The words that need not be asked for. */
function knownWords({ kind, choices }: Positional, names: readonly string[]): string {
  if (choices !== undefined) return ` ${shellQuoted(choices.join(" "))}`;
  return kind === "command" ? ` ${shellQuoted(names.join(" "))}` : "";
}
