import { assert, assertEquals } from "@std/assert";
import { completionModel } from "../../../../lib/cli/completions/model.ts";
import { SHELLS } from "../../../../lib/cli/completions/shells.ts";
import { PROGRAM } from "../../../../lib/commands/table.ts";
import { testUnless, withoutCommand } from "../../../support/skip.ts";
import { tempDir } from "../../../support/temp_dir.ts";

const checkout = new URL("../../../../", import.meta.url).pathname;
const scripts = `${checkout}completions`;

for (const shell of SHELLS) {
  Deno.test(`completions/${shell.fileName} is what scripts/generate writes`, async () => {
    const fresh = shell.script(await completionModel(PROGRAM));
    assertEquals(Deno.readTextFileSync(`${scripts}/${shell.fileName}`), fresh);
  });

  testUnless(withoutCommand(shell.name), `${shell.name} finds no fault with its completion script`, () => {
    const { success, stderr } = new Deno.Command(shell.name, { args: ["-n", `${scripts}/${shell.fileName}`] })
      .outputSync();
    assert(success, new TextDecoder().decode(stderr));
  });
}

/** Command lines, the cursor at the end of each, and some of what must and must not be offered. */
const cases: readonly (readonly [line: string, offered: readonly string[], notOffered: readonly string[]])[] = [
  ["rcusync s", ["sync", "status"], ["list", "__complete"]],
  ["rcusync sync g", ["gentoo", "guru"], ["sync"]],
  ["rcusync -n --root /tmp sync g", ["gentoo", "guru"], ["sync"]],
  ["rcusync sync --f", ["--force"], ["--jobs"]],
  ["rcusync status --fo", [], ["--force"]],
  ["rcusync help st", ["status"], ["sync"]],
  ["rcusync completions f", ["fish"], ["bash"]],
];

/** Prints what bash offers for the line in `$1`, split as bash splits it. */
const ASK_BASH = `
source "$2"
IFS=' ' read -ra COMP_WORDS <<< "\${1//=/ = }"
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
compopt() { :; }
_rcusync
printf '%s\\n' "\${COMPREPLY[@]}"
`;

const ASK_FISH = `source $argv[2]; complete -C $argv[1] | string replace -r '\\t.*' ''; true`;

for (const [line, offered, notOffered] of [...cases, ["rcusync --color=al", ["always"], ["auto"]] as const]) {
  testUnless(withoutCommand("bash"), `bash completes ${JSON.stringify(line)}`, () => {
    check(ask("bash", ["-c", ASK_BASH, "bash", line, `${scripts}/rcusync.bash`]), offered, notOffered);
  });
}

for (const [line, offered, notOffered] of cases) {
  testUnless(withoutCommand("fish"), `fish completes ${JSON.stringify(line)}`, () => {
    check(ask("fish", ["--no-config", "-c", ASK_FISH, line, `${scripts}/rcusync.fish`]), offered, notOffered);
  });
}

function check(words: readonly string[], offered: readonly string[], notOffered: readonly string[]): void {
  for (const word of offered) assert(words.includes(word), `${word} is not among ${words.join(" ")}`);
  for (const word of notOffered) assert(!words.includes(word), `${word} is among ${words.join(" ")}`);
}

/** Runs a shell in whose PATH an rcusync knows two repositories. */
function ask(shell: string, args: readonly string[]): string[] {
  using dir = tempDir();
  Deno.writeTextFileSync(`${dir.path}/rcusync`, "#!/bin/sh\nprintf 'gentoo\\nguru\\n'\n", { mode: 0o755 });
  const env = { PATH: `${dir.path}:${Deno.env.get("PATH") ?? ""}`, HOME: dir.path };
  const { success, stdout, stderr } = new Deno.Command(shell, { args: [...args], env }).outputSync();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).split("\n").filter((word) => word !== "");
}
