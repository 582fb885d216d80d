import { assertEquals, assertMatch } from "@std/assert";
import { type Lab, rcuOptions } from "../../support/lab.ts";
import { syncedLab } from "../../support/synced_lab.ts";

/** What is offered at the end of a command line, each line as the scripts get it. */
async function offered(here: Lab, line: string): Promise<string[]> {
  const { out } = await here.run(`__complete -- --repos-conf ${here.dir}/repos.conf ${line}`);
  return out.split("\n").slice(0, -1);
}

/** The words among them. */
async function words(here: Lab, line: string): Promise<string[]> {
  return (await offered(here, line)).map((text) => text.replace(/\t.*/, ""));
}

Deno.test("completion offers names, sections and aliases, but none that a shell could run", async () => {
  using here = await syncedLab(rcuOptions);
  const section = (name: string, more = "") => `[${name}]\nlocation = ${here.dir}/${name}\nsync-type = rsync\n${more}`;
  const text = [section("gentoo", "aliases = main x$(reboot)\n"), section("x$(reboot)"), section("-rf")].join("");
  Deno.writeTextFileSync(`${here.dir}/repos.conf`, text);
  assertEquals(await words(here, "sync "), ["gentoo", "main"]);
  assertEquals(await words(here, "exec --set main,"), ["main,gentoo"]);
  assertEquals(await words(here, "exec --set x$(reboot),"), []);
});

Deno.test("completion tells what there is to say of a word, on one line", async () => {
  using here = await syncedLab(rcuOptions);
  await here.run("pin demo --name ci");
  const [snapshot = ""] = await offered(here, "rollback demo ");
  assertMatch(snapshot, /^1\t\d+ seconds? old, latest$/);
  assertEquals(await offered(here, "unpin demo "), ["ci\tsnapshot 1"]);
  Deno.writeTextFileSync(`${here.dir}/repos.conf`, "[a]\nlocation = /x\u001b[2J\nsync-type = rsync\n");
  assertEquals(await offered(here, "path "), ["a\t/x\\u{1b}[2J"]);
});

Deno.test("completion offers nothing where no word makes a command line of it, and needs no store", async () => {
  using here = await syncedLab();
  const lines = [
    "nosuch ",
    "rollback ",
    "pin nobody ",
    "rollback demo ",
    "diff demo 1 2 ",
    "sync --nosuch ",
    "gc --fo",
  ];
  for (const line of lines) {
    const expected = line === "rollback " ? ["demo"] : [];
    assertEquals(await words(here, line), expected, line);
  }
});

Deno.test("completion leaves programs, files and directories to the shell", async () => {
  using here = await syncedLab(rcuOptions);
  assertEquals(await words(here, "exec demo -- l"), [":program"]);
  assertEquals(await words(here, "exec demo -- ls -l --"), [":files"]);
  assertEquals(await words(here, "mount demo /m"), [":directories"]);
});
