import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PROGRAM } from "../../../lib/commands/table.ts";
import { runProgram } from "../../support/run_command.ts";

const shown = PROGRAM.commands.filter(({ hidden }) => !hidden);

Deno.test("the help lists every command with its summary, and no hidden one", async () => {
  const { code, out } = await runProgram(PROGRAM, ["--help"]);
  assertEquals(code, 0);
  for (const { name, summary } of shown) {
    assert(out.split("\n").some((line) => line.startsWith(`  ${name} `) && line.endsWith(summary)), name);
  }
  assert(!out.includes("__complete"));
});

for (const { name, summary } of shown) {
  Deno.test(`help ${name} goes on alone: usage, flags, examples, exit statuses`, async () => {
    const { code, out } = await runProgram(PROGRAM, ["help", name]);
    assertEquals(code, 0);
    assertStringIncludes(out, `rcusync ${name}: ${summary}\n`);
    for (
      const part of [`\nUsage: rcusync ${name} `, "\nDescription\n", "--dry-run", "\nExamples\n", "\nExit statuses\n"]
    ) {
      assertStringIncludes(out, part);
    }
    assertEquals((await runProgram(PROGRAM, [name, "--help"])).out, out);
  });
}

for (const row of PROGRAM.commands) {
  Deno.test(`the row of ${row.name} is fit for help and completions`, async () => {
    const command = await row.load();
    assert(/^[A-Z].*[^.]$/.test(row.summary), "a summary is a phrase");
    assert(command.description.length > 0 && command.examples.length > 0);
    const shorts = Object.values(command.flags).flatMap(({ short }) => short ?? []);
    assertEquals(new Set(shorts).size, shorts.length, "no two flags share a letter");
    assert(!shorts.some((short) => "nqvh".includes(short)), "the letters of the everywhere-flags are taken");
    const arities = Object.values(command.positionals).map(({ arity }) => arity);
    assert(!arities.slice(0, -1).includes("many"), "only the last positional argument may be a list");
  });
}

Deno.test("help of an unknown command names the nearest", async () => {
  const { code, err } = await runProgram(PROGRAM, ["help", "synk"]);
  assertEquals(code, 2);
  assertStringIncludes(err, 'The nearest is "sync"');
});

Deno.test("help fits the terminal", async () => {
  const { fakeTerminal } = await import("../../support/fake_terminal.ts");
  const terminal = fakeTerminal({ columns: 80 });
  await runProgram(PROGRAM, ["help", "sync", "--color=never"], { terminal });
  const longest = Math.max(
    ...terminal.out.split("\n").filter((line) => !line.startsWith("Usage")).map((l) => l.length),
  );
  assert(longest <= 80, `${longest} columns`);
});
