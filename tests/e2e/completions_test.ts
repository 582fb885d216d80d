import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Lab } from "../support/lab.ts";
import { rcuOptions } from "../support/lab.ts";
import { programWords } from "../support/program.ts";
import { COMPLETING_SHELLS } from "../support/shell_completion.ts";
import { testUnless, withoutCommand } from "../support/skip.ts";
import { syncedLab } from "../support/synced_lab.ts";
import { newTree } from "../support/two_trees.ts";
import { FIRST_STAMP, stamp } from "../support/upstream_tree.ts";

/** Three snapshots of `demo`, the first two of one age and one of them pinned as `ci`, and an rcusync in PATH. */
async function completionLab(): Promise<Lab> {
  const here = await syncedLab(rcuOptions);
  newTree(here.up);
  await here.run("sync");
  stamp(here.up, FIRST_STAMP + 120);
  await here.run("sync");
  const anHourAgo = new Date(Date.now() - 3_600_000);
  for (const id of [1, 2]) Deno.utimeSync(`${here.store}/snapshots/${id}`, anHourAgo, anHourAgo);
  await here.run("pin demo 1 --name ci");
  Deno.mkdirSync(here.bin);
  const words = programWords().map((word) => `'${word}'`).join(" ");
  Deno.writeTextFileSync(`${here.bin}/rcusync`, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return here;
}

/** The whole environment of a shell; the configuration is that of the lab, with one more repository. */
function environment(here: Lab): Record<string, string> {
  const conf = Deno.readTextFileSync(`${here.dir}/repos.conf`);
  const plain = `[guru]\nlocation = ${here.dir}/guru\nsync-type = rsync\nsync-uri = file:///nowhere\n`;
  const denoDir = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME") ?? "/root"}/.cache/deno`;
  return { ...here.variables, PORTAGE_REPOSITORIES: conf + plain, DENO_DIR: denoDir, TERM: "dumb", LC_ALL: "C.UTF-8" };
}

/** Command lines, the cursor at the end of each, and what is offered, in order; or some of it, and some that is not. */
const CASES: readonly (readonly [line: string, offered: readonly string[], not?: readonly string[]])[] = [
  ["rcusync s", ["status", "sync"], ["list", "__complete"]],
  ["rcusync sync g", ["guru"]],
  ["rcusync -n --root / sync d", ["demo"]],
  ["rcusync --repos-conf /dev/null sync d", []],
  ["rcusync sync --fo", ["--force"]],
  ["rcusync status --fo", []],
  ["rcusync help st", ["status"]],
  ["rcusync completions f", ["fish"]],
  ["rcusync migrate demo --to r", ["rcu"]],
  ["rcusync rollback demo ", ["3", "2", "1"]],
  ["rcusync rollback guru ", []],
  ["rcusync pin --name x demo ", ["3", "2", "1"]],
  ["rcusync pin demo --name ", ["ci"]],
  ["rcusync unpin demo ", ["ci"]],
  ["rcusync diff demo ", ["3", "2", "1"]],
  ["rcusync diff demo 1 ", ["3", "2", "1"]],
  ["rcusync diff demo 1 --files ", ["3", "2", "1"]],
  ["rcusync exec demo --snapshot ", ["3", "2", "1"]],
  ["rcusync exec demo --snapshot=", ["3", "2", "1"]],
  ["rcusync exec --set demo,", ["demo,guru"]],
  ["rcusync exec d", ["demo"]],
  ["rcusync exec demo -- rsync-s", ["rsync-ssl"], ["demo"]],
  ["rcusync exec demo -- ls CONF", ["CONFIG"], ["demo"]],
  ["rcusync mount demo CONF", ["CONFIG"], ["demo"]],
  ["rcusync path ", ["demo", "guru"]],
];

for (const shell of COMPLETING_SHELLS) {
  testUnless(withoutCommand(shell.name), `${shell.name} completes what the program and its stores know`, async () => {
    using here = await completionLab();
    const env = environment(here);
    for (const [pattern, offered, not] of CASES) {
      const line = pattern.replace("CONF", `${here.dir}/conf`);
      const words = (await shell.offers(line, env)).map((word) => plain(word, here));
      const told = `${line}: ${words.join(" ")}`;
      if (not === undefined) assertEquals(words, offered, told);
      for (const word of offered) assert(words.includes(word.replace("CONFIG", "config")), told);
      for (const word of not ?? []) assert(!words.includes(word), told);
    }
  });
}

/** zsh offers the last part of a path alone, fish has slashes behind directories, and the flag before a value. */
function plain(word: string, { dir }: Lab): string {
  return word.replace(`${dir}/`, "").replace(/\/$/, "").replace(/^--snapshot=/, "");
}

testUnless(
  withoutCommand("script") ?? withoutCommand("bash"),
  "bash on a terminal puts the name of the only pin on the line",
  async () => {
    using here = await completionLab();
    const completions = new URL("../../completions/rcusync.bash", import.meta.url).pathname;
    const traced =
      `rcusync() { [[ $1 != __complete ]] || { command rcusync "$@"; return; }; printf 'run:%s\\n' "$*"; }`;
    Deno.writeTextFileSync(`${here.dir}/rc`, `PS1='ready> '\nsource "${completions}"\n${traced}\n`);
    const child = new Deno.Command("script", {
      args: ["-qec", `bash --rcfile "${here.dir}/rc" -i`, "/dev/null"],
      env: environment(here),
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    let shown = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const isFirst = !shown.includes("ready> ");
      shown += text;
      // Not before readline is there: the end of the input, too, would be the end of the terminal.
      const isReady = isFirst && shown.includes("ready> ");
      if (isReady) await writer.write(new TextEncoder().encode("rcusync unpin demo c\t\nexit\n"));
    }
    await writer.close().catch(() => {});
    assertEquals((await child.status).code, 0);
    assertStringIncludes(shown, "run:unpin demo ci");
  },
);
