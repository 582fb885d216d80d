import { assertEquals } from "@std/assert";
import plugin from "../../../scripts/lint_floors.ts";

function complaints(file: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, file, source).map(({ id, message }) => `${id}: ${message}`);
}

Deno.test("floors: a folder may import itself, lower floors, the standard library and deno.json", () => {
  const source = `
    import { a } from "./change.ts";
    import { b } from "../host/files.ts";
    import type { C } from "../base/fault.ts";
    import { join } from "@std/path";
    import config from "../../deno.json" with { type: "json" };
  `;
  assertEquals(complaints("lib/rsync/plan.ts", source), []);
});

Deno.test("floors: a higher floor is out of reach for every kind of import", () => {
  const message = "rcusync/floors: store imports sync, which is on a higher floor";
  for (
    const source of [
      `import { a } from "../sync/event.ts";`,
      `import type { A } from "../sync/event.ts";`,
      `export { a } from "../sync/event.ts";`,
      `const a = await import("../sync/event.ts");`,
      `type A = import("../sync/event.ts").A;`,
    ]
  ) {
    assertEquals(complaints("lib/store/lock.ts", source), [message], source);
  }
});

Deno.test("floors: siblings on one floor do not import each other", () => {
  assertEquals(complaints("lib/store/lock.ts", `import "../rsync/change.ts";`), [
    "rcusync/floors: store imports rsync, its sibling on the same floor",
  ]);
});

Deno.test("floors: lib imports nothing from tests, scripts or main.ts", () => {
  assertEquals(complaints("lib/store/lock.ts", `import "../../tests/support/skip.ts";`), [
    "rcusync/floors: store imports tests/support/skip.ts, which is not part of lib",
  ]);
  assertEquals(complaints("lib/commands/sync.ts", `import "../../main.ts";`), [
    "rcusync/floors: commands imports main.ts, which is on a higher floor",
  ]);
});

Deno.test("floors: a folder that no floor names is reported", () => {
  assertEquals(complaints("lib/utils/a.ts", `import "./b.ts";`), [
    "rcusync/floors: lib/utils has no floor: add it to scripts/lint_floors.ts",
  ]);
});

Deno.test("floors: main.ts imports every floor, tests and scripts are exempt", () => {
  assertEquals(complaints("main.ts", `import "./lib/commands/table.ts"; import "./lib/base/fault.ts";`), []);
  assertEquals(complaints("tests/unit/base/a_test.ts", `import "../../../lib/sync/event.ts";`), []);
});

Deno.test("deno-api-in-host: Deno is out of reach above lib/host, as a value and as a type", () => {
  assertEquals(complaints("lib/store/lock.ts", `Deno.openSync("x");`), [
    "rcusync/deno-api-in-host: Deno.openSync outside lib/host",
  ]);
  assertEquals(complaints("lib/store/lock.ts", `export type F = Deno.FsFile;`), [
    "rcusync/deno-api-in-host: Deno.FsFile outside lib/host",
  ]);
  assertEquals(complaints("lib/host/files.ts", `Deno.openSync("x");`), []);
});

Deno.test("deno-api-in-host: main.ts has its arguments, signals and exit, no more", () => {
  assertEquals(complaints("main.ts", `Deno.addSignalListener("SIGINT", f); Deno.exit(run(Deno.args));`), []);
  assertEquals(complaints("main.ts", `Deno.readTextFileSync("x");`), [
    "rcusync/deno-api-in-host: Deno.readTextFileSync outside lib/host",
  ]);
});

Deno.test("no-console: lib does not print, scripts may", () => {
  assertEquals(complaints("lib/sync/apply.ts", `console.log("x");`), ["rcusync/no-console: console in lib"]);
  assertEquals(complaints("scripts/bench.ts", `console.log("x");`), []);
});

Deno.test("no-module-state: top-level let and var are reported, const and locals are not", () => {
  assertEquals(complaints("lib/base/a.ts", `let a = 1; export var b = 2;`), [
    "rcusync/no-module-state: Top-level let is module state",
    "rcusync/no-module-state: Top-level var is module state",
  ]);
  assertEquals(complaints("lib/base/a.ts", `const a = 1; export function f() { let b = a; return b; }`), []);
});

Deno.test("no-barrel: a file of lib re-exports no whole module", () => {
  assertEquals(complaints("lib/base/a.ts", `export * from "./b.ts";`), [
    "rcusync/no-barrel: A barrel hides where things live",
  ]);
});
