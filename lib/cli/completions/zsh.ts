import type { Flag, Flags } from "../flag.ts";
import type { Positional } from "../positional.ts";
import { type CompletedCommand, type CompletionModel, shellQuoted } from "./model.ts";

/** The completion function for zsh, to be found in `fpath` as `_rcusync`. */
export function zshCompletions({ program, everywhere, commands }: CompletionModel): string {
  return `#compdef ${program}
# zsh completion for ${program}; generated, do not edit

_${program}_commands() {
  local -a commands=(
${commands.map(({ name, summary }) => `    ${shellQuoted(`${name}:${summary}`)}\n`).join("")}  )
  _describe -t commands command commands
}

_${program}_repositories() {
  local -a repositories=(\${(f)"$(${program} __complete repositories 2>/dev/null)"})
  compadd -a repositories
}

_${program}() {
  local context state state_descr line
  typeset -A opt_args
  local -a everywhere=(
${flagSpecs(everywhere).map((spec) => `    ${spec}\n`).join("")}  )
  _arguments -C -s $everywhere '(-): :_${program}_commands' '(-)*:: :->arguments' && return
  case $state-$words[1] in
${commands.map((command) => commandCase(program, command)).join("")}  esac
}

if [[ $funcstack[1] == _${program} ]]; then
  _${program} "$@"
else
  compdef _${program} ${program}
fi
`;
}

function commandCase(program: string, { name, flags, positionals }: CompletedCommand): string {
  const specs = [
    ...flagSpecs(flags),
    ...Object.values(positionals).map((positional) => positionalSpec(program, positional)),
  ];
  return `    arguments-${name})\n      _arguments -s $everywhere${
    specs.map((spec) => ` \\\n        ${spec}`).join("")
  }\n      ;;\n`;
}

function flagSpecs(flags: Flags): string[] {
  return Object.entries(flags).flatMap(([name, flag]) => {
    const { short } = flag;
    const long = flagSpec(`--${name}`, flag, "=");
    return short === undefined ? [long] : [long, flagSpec(`-${short}`, flag, "+")];
  });
}

/** `suffix` tells how the value may follow: `=` as `--flag=value` or the next word, `+` as `-fvalue` or the next word. */
function flagSpec(spelling: string, flag: Flag, suffix: "=" | "+"): string {
  const repeated = flag.kind === "count" || flag.kind === "choices" ? "*" : "";
  const description = `[${flag.description.replace(/[[\]\\:]/g, "\\$&")}]`;
  return shellQuoted(`${repeated}${spelling}${valueSpec(flag, { suffix, description })}`);
}

function valueSpec(flag: Flag, { suffix, description }: { suffix: string; description: string }): string {
  switch (flag.kind) {
    case "switch":
    case "count":
      return description;
    case "choice":
    case "choices":
      return `${suffix}${description}:${flag.placeholder}:(${flag.choices.join(" ")})`;
    case "directory":
      return `${suffix}${description}:${flag.placeholder}:_files -/`;
    case "path":
      return `${suffix}${description}:${flag.placeholder}:_files`;
    case "word":
    case "integer":
    case "duration":
      return `${suffix}${description}:${flag.placeholder}: `;
    case "seconds":
      return `=-${description}::${flag.placeholder}: `;
  }
}

function positionalSpec(program: string, { placeholder, kind, arity, choices }: Positional): string {
  const prefix = { one: ":", optional: "::", many: "*:" }[arity];
  if (choices !== undefined) return shellQuoted(`${prefix}${placeholder}:(${choices.join(" ")})`);
  switch (kind) {
    case "repository":
      return shellQuoted(`${prefix}${placeholder}:_${program}_repositories`);
    case "command":
      return shellQuoted(`${prefix}${placeholder}:_${program}_commands`);
    case "word":
      return shellQuoted(`${prefix}${placeholder}: `);
  }
}
