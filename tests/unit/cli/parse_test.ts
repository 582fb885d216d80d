import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { type Command, type CommandRow, defineCommand } from "../../../lib/cli/command.ts";
import { findCommand, parseCommand } from "../../../lib/cli/parse.ts";

const copy = defineCommand({
  needs: "nothing",
  description: [],
  positionals: {
    repository: { placeholder: "REPO", kind: "repository", arity: "one" },
    others: { placeholder: "WORD", kind: "word", arity: "many" },
  },
  flags: {
    jobs: { kind: "integer", short: "j", placeholder: "N", minimum: 1, default: 1, description: "Jobs" },
    force: { kind: "switch", short: "f", description: "Force" },
    wait: { kind: "seconds", placeholder: "SECONDS", bare: Infinity, description: "Wait" },
    shape: { kind: "choice", placeholder: "S", choices: ["round", "flat"], default: "flat", description: "Shape" },
    target: { kind: "path", short: "t", placeholder: "PATH", description: "Target" },
  },
  exitStatuses: [],
  examples: [],
  run: () => Promise.resolve({ exitCode: 0, view: [] }),
});

const rows: CommandRow[] = [
  { name: "copy", summary: "Copy", load: () => Promise.resolve(copy) },
  { name: "secret", summary: "Hidden", hidden: true, load: () => Promise.resolve(copy) },
];

function parsed(...argv: string[]) {
  const line = findCommand(argv, rows);
  const { everywhere, input } = parseCommand(line, { name: "copy", command: copy });
  return { ...everywhere, ...input.flags, ...input.positionals };
}

const accepted: readonly (readonly [name: string, argv: readonly string[], expected: Record<string, unknown>])[] = [
  ["defaults count where nothing is given", ["copy", "r"], { jobs: 1, force: false, wait: undefined, shape: "flat" }],
  ["a value may follow an equals sign", ["copy", "--jobs=3", "r"], { jobs: 3, repository: "r" }],
  ["a value may be the next word", ["copy", "--jobs", "3", "r"], { jobs: 3, repository: "r" }],
  ["a short flag's value may be in the same word", ["copy", "-j3", "r"], { jobs: 3, repository: "r" }],
  ["a short flag's value may be the next word", ["copy", "-j", "3", "r"], { jobs: 3, repository: "r" }],
  ["short flags may be put together", ["copy", "-vvfj4", "r"], { verbose: 2, force: true, jobs: 4 }],
  ["everywhere-flags may come before the command", ["-n", "--root", "/x", "copy", "r"], {
    "dry-run": true,
    root: "/x",
  }],
  ["everywhere-flags may come after the command", ["copy", "r", "-n", "--root=/x"], { "dry-run": true, root: "/x" }],
  ["uses before and after the command add up", ["-v", "copy", "-v", "r"], { verbose: 2 }],
  ["the last of several values counts", ["--color=never", "copy", "--color", "always", "r"], { color: "always" }],
  ["words after a double dash are no flags", ["copy", "r", "--", "-f", "--jobs"], { others: ["-f", "--jobs"] }],
  ["a double dash may come before the command", ["--", "copy", "--force", "x"], {
    repository: "--force",
    force: false,
  }],
  ["a single dash is a word", ["copy", "-"], { repository: "-" }],
  ["true is a word and no value of a switch", ["copy", "--force", "true"], { force: true, repository: "true" }],
  ["a number is a word like any other", ["copy", "007", "1e3"], { repository: "007", others: ["1e3"] }],
  ["an optional value is not the next word", ["copy", "--wait", "r"], { wait: Infinity, repository: "r" }],
  ["an optional value follows an equals sign", ["copy", "--wait=0", "r"], { wait: 0 }],
  ["a value may contain equals signs", ["copy", "--target=a=b", "r"], { target: "a=b" }],
  ["a value may begin with a dash after an equals sign", ["copy", "--target=-x", "r"], { target: "-x" }],
  ["help asks for no arguments", ["copy", "--help"], { help: true }],
];

for (const [name, argv, expected] of accepted) {
  Deno.test(`parse: ${name}`, () => {
    const result: Record<string, unknown> = parsed(...argv);
    for (const [key, value] of Object.entries(expected)) assertEquals(result[key], value, key);
  });
}

const refused: readonly (readonly [argv: readonly string[], message: string, hint: string])[] = [
  [["copy", "r", "--jbos=3"], 'Unknown flag "--jbos"', 'nearest is "--jobs"'],
  [["copy", "r", "-x"], 'Unknown flag "-x"', "rcusync help copy"],
  [["--force", "copy", "r"], 'Unknown flag "--force"', "rcusync --help"],
  [["copy", "r", "--fo"], 'Unknown flag "--fo"', 'nearest is "--force"'],
  [["cop", "r"], 'Unknown command "cop"', 'nearest is "copy"'],
  [["copy", "r", "--force=yes"], 'Flag "--force" takes no value', "rcusync help copy"],
  [["copy", "r", "--jobs"], 'Flag "--jobs" needs a value', "rcusync help copy"],
  [["copy", "r", "--jobs", "-f"], 'Flag "--jobs" needs a value', "rcusync help copy"],
  [["copy", "r", "--jobs=0"], 'Flag "--jobs" takes a whole number, 1 or more, not "0"', "rcusync help copy"],
  [["copy", "r", "--jobs=0x1"], 'Flag "--jobs" takes a whole number', "rcusync help copy"],
  [["copy", "r", "--jobs="], 'not ""', "rcusync help copy"],
  [["copy", "r", "--wait=soon"], 'Flag "--wait" takes a whole number', "rcusync help copy"],
  [["copy", "r", "--shape=tall"], 'Flag "--shape" takes one of round, flat, not "tall"', "rcusync help copy"],
  [["copy", "r", "--target="], 'Flag "--target" takes a path', "rcusync help copy"],
  [["copy"], "Argument REPO is missing", "rcusync help copy"],
  [["copy", "r", "--constructor"], 'Unknown flag "--constructor"', "rcusync help copy"],
  [["copy", "r", "--\u001b[31m"], 'Unknown flag "--\\u{1b}[31m"', "rcusync help copy"],
];

for (const [argv, message, hint] of refused) {
  Deno.test(`parse refuses ${JSON.stringify(argv.join(" "))}`, () => {
    const fault = assertThrows(() => parsed(...argv), Fault, message);
    assertEquals(fault.kind, "usage");
    assertStringIncludes(fault.hint ?? "", hint);
  });
}

Deno.test("parse refuses more arguments than are declared", () => {
  const none = { ...copy, positionals: {} };
  const line = findCommand(["copy", "extra"], rows);
  assertThrows(() => parseCommand(line, { name: "copy", command: none }), Fault, 'Unexpected argument "extra"');
});

const unlike: readonly (readonly string[])[] = [["update"], ["copy", "r", "-F"], ["copy", "r", "--foo"]];

for (const argv of unlike) {
  Deno.test(`parse names no nearest one for what nothing is like: ${argv.join(" ")}`, () => {
    const fault = assertThrows(() => parsed(...argv), Fault);
    assertEquals(fault.hint?.startsWith("Read: "), true, fault.hint);
  });
}

Deno.test("flags of another program without -- before it are told where it belongs", () => {
  const command: Command = { ...copy, positionals: { words: { placeholder: "CMD", kind: "program", arity: "many" } } };
  const line = findCommand(["copy", "ls", "-la"], rows);
  const fault = assertThrows(() => parseCommand(line, { name: "copy", command }), Fault);
  assertEquals(fault.hint, "Put -- before the command to run, if it is one of its flags. Read: rcusync help copy");
});

Deno.test("a hidden command is found but never proposed", () => {
  assertEquals(findCommand(["secret"], rows).row?.name, "secret");
  const fault = assertThrows(() => findCommand(["secre"], rows), Fault);
  assertEquals(fault.hint, "Read: rcusync --help");
});
