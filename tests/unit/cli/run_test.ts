import { assertEquals, assertStringIncludes } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { defineCommand } from "../../../lib/cli/command.ts";
import type { Command, CommandResult, Context } from "../../../lib/cli/command.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";
import { programOf, runProgram } from "../../support/run_command.ts";

/** A command that does `run` and declares nothing. */
function doing(run: (context: Context) => CommandResult): Command {
  return defineCommand({
    needs: "nothing",
    description: ["What it does."],
    positionals: {},
    flags: {},
    exitStatuses: [],
    examples: [{ line: "rcusync go", purpose: "Go" }],
    run: async (context) => await run(context),
  });
}

const fine = doing(() => ({ exitCode: 0, document: { a: 1 }, view: [{ kind: "paragraph", text: "Fine" }] }));
const locked = doing(() => {
  throw new Fault("locked", 'Cannot lock "/store"', { hint: "Wait for process 12" });
});
const program = programOf({ fine, locked });

Deno.test("a result is shown on standard output and nothing on standard error", async () => {
  const { code, out, err } = await runProgram(program, ["fine"]);
  assertEquals({ code, out, err }, { code: 0, out: "Fine\n", err: "" });
});

Deno.test("--json shows the document with schema and command, in one line", async () => {
  const { code, out } = await runProgram(program, ["--json", "fine"]);
  assertEquals({ code, out }, { code: 0, out: '{"schema":1,"command":"fine","a":1}\n' });
});

Deno.test("a fault is shown with its hint on standard error and decides the exit status", async () => {
  const { code, out, err } = await runProgram(program, ["locked"]);
  assertEquals(code, 11);
  assertEquals(out, "");
  assertEquals(err, 'rcusync: Cannot lock "/store"\n  hint: Wait for process 12\n');
});

Deno.test("with --json a fault is shown on standard output alone", async () => {
  const { code, out, err } = await runProgram(program, ["locked", "--json"]);
  assertEquals({ code, err }, { code: 11, err: "" });
  assertEquals(JSON.parse(out), {
    schema: 1,
    command: "locked",
    error: { kind: "locked", message: 'Cannot lock "/store"', hint: "Wait for process 12" },
  });
});

Deno.test("with --json a command line that is wrong is complained about in JSON", async () => {
  const { code, out, err } = await runProgram(program, ["fine", "--json", "--bogus"]);
  assertEquals({ code, err }, { code: 2, err: "" });
  assertEquals(JSON.parse(out).error.kind, "usage");
});

Deno.test("an unexpected error is 1, and -v tells where it comes from", async () => {
  const broken = programOf({
    go: doing(() => {
      throw new TypeError("Broken");
    }),
  });
  const quiet = await runProgram(broken, ["go"]);
  assertEquals({ code: quiet.code, err: quiet.err }, { code: 1, err: "rcusync: Broken\n" });
  assertStringIncludes((await runProgram(broken, ["go", "-v"])).err, "run_test.ts");
});

Deno.test("without a command the exit status is 2 and the hint leads to the help", async () => {
  const { code, out, err } = await runProgram(program, []);
  assertEquals({ code, out }, { code: 2, out: "" });
  assertEquals(err, "rcusync: A command is missing\n  hint: Read: rcusync --help\n");
});

Deno.test("--version prints name and version, before and after a command", async () => {
  for (const argv of [["--version"], ["fine", "--version"]]) {
    const { code, out } = await runProgram(program, argv);
    assertEquals(code, 0);
    assertEquals(/^rcusync \d+\.\d+\.\d+\n$/.test(out), true, out);
  }
});

/** Calls fail as the operating system has it. */
function failing(message: string, code: string) {
  return () => {
    throw Object.assign(new Error(message), { code });
  };
}

Deno.test("a reader of standard output that went away is no error", async () => {
  const terminal = { ...fakeTerminal(), writeOut: failing("Broken pipe (os error 32)", "EPIPE") };
  const { code } = await runProgram(program, ["fine"], { terminal });
  assertEquals({ code, err: terminal.err }, { code: 0, err: "" });
});

for (const flags of [[], ["--json"], ["-v"]]) {
  Deno.test(`results that cannot be written are told in one line and make it 1: ${flags.join() || "text"}`, async () => {
    const fake = fakeTerminal();
    const writeOut = failing("No space left on device (os error 28)", "ENOSPC");
    const terminal = { ...fake, writeOut, writeErr: fake.writeErr };
    const { code } = await runProgram(program, ["fine", ...flags], { terminal });
    const err = "rcusync: Cannot write results to standard output: No space left on device\n";
    assertEquals({ code, err: fake.err }, { code: 1, err });
  });
}

Deno.test("a status that says more than 1 stays when its results cannot be written", async () => {
  const terminal = { ...fakeTerminal(), writeOut: failing("Input/output error (os error 5)", "EIO") };
  assertEquals((await runProgram(program, ["locked", "--json"], { terminal })).code, 11);
});

Deno.test("talk that cannot be written is no error", async () => {
  const fake = fakeTerminal();
  const terminal = { ...fake, writeErr: failing("Input/output error (os error 5)", "EIO") };
  const noted = programOf({
    go: doing(({ onNote }) => {
      onNote("By the way");
      return { exitCode: 0, view: [{ kind: "paragraph", text: "Fine" }] };
    }),
  });
  assertEquals([(await runProgram(noted, ["go"], { terminal })).code, fake.out], [0, "Fine\n"]);
});

Deno.test("notes are talk, which --quiet silences; failures are not", async () => {
  const noted = programOf({
    go: doing(({ onNote }) => {
      onNote("By the way");
      return { exitCode: 3, view: [], failures: [{ repository: "gentoo", fault: new Fault("mirror", "No mirror") }] };
    }),
  });
  assertEquals((await runProgram(noted, ["go"])).err, "rcusync: By the way\nrcusync: gentoo: No mirror\n");
  assertEquals((await runProgram(noted, ["go", "-q"])).err, "rcusync: gentoo: No mirror\n");
});

const red = programOf({
  go: doing(() => ({ exitCode: 0, view: [{ kind: "paragraph", text: "Bad", tone: "bad" }] })),
});

const colours: readonly (readonly [name: string, settings: {
  readonly argv?: readonly string[];
  readonly columns?: number;
  readonly variables?: Readonly<Record<string, string>>;
}, coloured: boolean])[] = [
  ["a terminal is coloured", { columns: 80 }, true],
  ["a pipe is not coloured", {}, false],
  ["NO_COLOR is honoured", { columns: 80, variables: { NO_COLOR: "1" } }, false],
  ["an empty NO_COLOR says nothing", { columns: 80, variables: { NO_COLOR: "" } }, true],
  ["--color=always outweighs NO_COLOR and pipes", { argv: ["--color=always"], variables: { NO_COLOR: "1" } }, true],
  ["--color=never outweighs a terminal", { argv: ["--color=never"], columns: 80 }, false],
  ["a dumb terminal is not coloured", { columns: 80, variables: { TERM: "dumb" } }, false],
];

for (const [name, { argv = [], columns, variables }, coloured] of colours) {
  Deno.test(`colours: ${name}`, async () => {
    const terminal = fakeTerminal(columns === undefined ? {} : { columns });
    const { out } = await runProgram(red, [...argv, "go"], { terminal, ...(variables && { variables }) });
    assertEquals(out, coloured ? "\u001b[31mBad\u001b[39m\n" : "Bad\n");
  });
}
