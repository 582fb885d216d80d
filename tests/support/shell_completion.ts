import { assert } from "@std/assert";

const scripts = new URL("../../completions", import.meta.url).pathname;

/** A shell that completes a command line as it would for somebody who types it and presses Tab. */
export interface CompletingShell {
  readonly name: "bash" | "zsh" | "fish";

  /** What is offered at the end of `line`; `env` is the whole environment, in whose PATH rcusync is. */
  offers(line: string, env: Readonly<Record<string, string>>): Promise<string[]>;
}

/** All shells that have completions. */
export const COMPLETING_SHELLS: readonly CompletingShell[] = [
  {
    name: "bash",
    offers: (line, env) => ask(["bash", "--norc", "-c", ASK_BASH, "bash", line, `${scripts}/rcusync.bash`], env),
  },
  {
    name: "zsh",
    offers: async (line, env) => {
      const out = await ask(["zsh", "-f", "-c", ASK_ZSH, "zsh", line, scripts], env);
      return out.flatMap((text) => /^offered:(.*)$/.exec(text)?.[1] ?? []);
    },
  },
  {
    name: "fish",
    offers: (line, env) => ask(["fish", "--no-config", "-c", ASK_FISH, line, `${scripts}/rcusync.fish`], env),
  },
];

/** Splits the line as readline does, and calls the function. */
const ASK_BASH = `
source "$2"
IFS=' ' read -ra COMP_WORDS <<< "\${1//=/ = }"
[[ $1 != *' ' ]] || COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
compopt() { :; }
_rcusync
printf '%s\\n' "\${COMPREPLY[@]}"
`;

/**
 * Types the line into an interactive zsh on a terminal of its own once its line editor is there, and presses Tab.
 * compadd is where all offers pass; calls of it that only ask for matches are left alone.
 */
const ASK_ZSH = `
zmodload zsh/zpty
zpty inner zsh -f -i
send() { zpty -w inner "$1"; }
send "PS1= PS2= fpath=(\${(q)2} \\$fpath)"
send 'stty -echo; autoload -Uz compinit && compinit -u -D'
send 'compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits; builtin compadd -A hits "$@"; (($#hits)) && print -rl -- "" offered:$^hits
  builtin compadd "$@"
}'
send 'shown() { compstate[insert]= compstate[list]=; }; comppostfuncs=(shown)'
send 'show() { zle complete-word; print -r -- end-of-offers; }; zle -N show; bindkey "^I" show'
send 'zle-line-init() { print -r -- read""y; }; zle -N zle-line-init'
zpty -r inner seen '*ready*'
zpty -wn inner "$1"$'\\t'
zpty -r inner seen '*end-of-offers*'
print -r -- "\${seen//$'\\r'/}"
zpty -d inner
`;

const ASK_FISH = `source $argv[2]; complete -C $argv[1] | string replace -r '\\t.*' ''; true`;

async function ask([command = "", ...args]: readonly string[], env: Readonly<Record<string, string>>) {
  const options = { args, env, clearEnv: true, stdin: "null" } as const;
  const { success, stdout, stderr } = await new Deno.Command(command, options).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).split("\n").filter((word) => word !== "");
}
