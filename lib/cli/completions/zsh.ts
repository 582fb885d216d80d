import { shellQuoted } from "../../base/shell_quoted.ts";
import type { Flag, Flags } from "../flag.ts";
import type { Positional } from "../positional.ts";
import type { CompletedCommand, CompletionModel } from "./model.ts";

/** The completion function for zsh, to be found in `fpath` as `_rcusync`. */
export function zshCompletions({ program, everywhere, commands }: CompletionModel): string {
  return `#compdef ${program}
# zsh completion for ${program}; generated, do not edit

_${program}_commands() {
  local -a commands=(
${commands.map(({ name, summary }) => `    ${shellQuoted(`${name}:${summary}`)}\n`).join("")}  )
  _describe -t commands command commands
}

# What the program says may stand at the cursor; where that may be one of two arguments, it is asked once.
_${program}_ask() {
  ((asked++)) && return 1
  local -a answer=(\${(f)"$(${program} __complete -- "\${(@)typed/#\\~\\//$HOME/}" 2>/dev/null)"})
  local -a offers=(\${answer%%$'\t'*}) shown expl
  local -i width=0
  local offer
  for offer in $offers; do ((\${#offer} > width)) && width=\${#offer}; done
  if zstyle -T ":completion:$curcontext:words" verbose; then
    for offer in $answer; do shown+=("\${(r:width:)offer%%$'\t'*}\${\${(M)offer%$'\t'*}/$'\t'/  -- }"); done
  else
    shown=($offers)
  fi
  # _describe would put those of one age on one line and sort them.
  _wanted -V words expl word compadd -l -d shown -a offers
}

# A program behind --, and its own arguments.
_${program}_program() {
  ((\${typed[(I)--]})) && _normal
}

_${program}() {
  local -a typed=("\${(@Q)words[2,CURRENT]}")
  local -i asked=0
  local context state state_descr line
  typeset -A opt_args
  local -a everywhere=(
${flagSpecs(program, everywhere).map((spec) => `    ${spec}\n`).join("")}  )
  _arguments -C -s -S $everywhere '(-): :_${program}_commands' '(-)*:: :->arguments' && return
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
    ...flagSpecs(program, flags),
    ...Object.values(positionals).map((positional) => positionalSpec(program, positional)),
  ];
  return `    arguments-${name})\n      _arguments -s -S $everywhere${
    specs.map((spec) => ` \\\n        ${spec}`).join("")
  }\n      ;;\n`;
}

function flagSpecs(program: string, flags: Flags): string[] {
  return Object.entries(flags).flatMap(([name, flag]) => {
    const { short } = flag;
    const long = flagSpec(program, [`--${name}`, "="], flag);
    return short === undefined ? [long] : [long, flagSpec(program, [`-${short}`, "+"], flag)];
  });
}

/**
 * `suffix` tells how the value may follow: `=` as `--flag=value` or the next word, `+` as `-fvalue` or the next word.
 */
function flagSpec(program: string, [spelling, suffix]: readonly [string, "=" | "+"], flag: Flag): string {
  const repeated = flag.kind === "count" || flag.kind === "choices" ? "*" : "";
  const description = `[${flag.description.replace(/[[\]\\:]/g, "\\$&")}]`;
  return shellQuoted(`${repeated}${spelling}${valueSpec(program, flag, { suffix, description })}`);
}

function valueSpec(
  program: string,
  flag: Flag,
  { suffix, description }: { suffix: string; description: string },
): string {
  switch (flag.kind) {
    case "switch":
    case "count":
      return description;
    case "choice":
    case "choices":
      return `${suffix}${description}:${flag.placeholder}:(${flag.choices.join(" ")})`;
    case "snapshot":
    case "pin":
    case "repositories":
      return `${suffix}${description}:${flag.placeholder}:_${program}_ask`;
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
    case "snapshot":
    case "pin":
      return shellQuoted(`${prefix}${placeholder}:_${program}_ask`);
    case "directory":
      return shellQuoted(`${prefix}${placeholder}:_files -/`);
    case "program":
      return shellQuoted(`*:::${placeholder}:_${program}_program`);
    case "command":
      return shellQuoted(`${prefix}${placeholder}:_${program}_commands`);
    case "word":
      return shellQuoted(`${prefix}${placeholder}: `);
  }
}
