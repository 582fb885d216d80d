import { assertEquals, assertStringIncludes } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { type CommandResult, defineCommand } from "../../../lib/cli/command.ts";
import { run } from "../../../lib/cli/run.ts";
import { fakeSystem } from "../../support/fake_system.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";
import { configurationOf } from "../../support/repository.ts";
import { programOf, runProgram } from "../../support/run_command.ts";

/** A program with one command, `go`, that passes signals and answers as told; it has the flag `--name WORD`. */
function passing(answer: (name: string | undefined) => Promise<CommandResult>) {
  const go = defineCommand({
    needs: "nothing",
    description: ["Test"],
    positionals: {},
    flags: { name: { kind: "word", placeholder: "WORD", description: "A word" } },
    exitStatuses: [125],
    faultStatus: 125,
    passesSignals: true,
    examples: [],
    run: (_, { flags }) => answer(flags.name),
  });
  return programOf({ go });
}

Deno.test("the status of a program that was run becomes the exit status", async () => {
  const program = passing(() => Promise.resolve({ exitCode: 0, passedStatus: 42, view: [] }));
  assertEquals((await runProgram(program, ["go"])).code, 42);
});

Deno.test("every fault of such a command has one status, those of its command line too", async () => {
  const program = passing(() => Promise.reject(new Fault("store", "Broken")));
  assertEquals((await runProgram(program, ["go"])).code, 125);
  assertEquals((await runProgram(program, ["go", "--nonsense"])).code, 125);
  assertEquals((await runProgram(program, ["gone"])).code, 2);
});

Deno.test("signals are ignored for a command that passes them on, from before it runs", async () => {
  const said: string[] = [];
  const program = passing(() => {
    said.push("runs");
    return Promise.resolve({ exitCode: 0, view: [] });
  });
  await run(["go"], {
    program,
    system: fakeSystem({ terminal: fakeTerminal() }),
    signal: new AbortController().signal,
    ignoreSignals: () => said.push("ignores"),
    loadConfiguration: () => Promise.resolve(configurationOf([])),
  });
  assertEquals(said, ["ignores", "runs"]);
});

Deno.test("a flag that takes a word has it as it was typed, and refuses nothing for one", async () => {
  const names: (string | undefined)[] = [];
  const program = passing((name) => {
    names.push(name);
    return Promise.resolve({ exitCode: 0, view: [] });
  });
  await runProgram(program, ["go", "--name", "x y"]);
  await runProgram(program, ["go"]);
  assertEquals(names, ["x y", undefined]);
  assertStringIncludes((await runProgram(program, ["go", "--name="])).err, "takes a word");
});
