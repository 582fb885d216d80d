import { assertEquals, assertThrows } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { parseConfig } from "../../../lib/repos_conf/dialect.ts";
import type { ParsedConfig } from "../../../lib/repos_conf/parsed_config.ts";

function parse(text: string): ParsedConfig {
  return parseConfig({ kind: "file", path: "/f", text });
}

function optionsOf(text: string, section = "a"): Record<string, string> {
  return Object.fromEntries([...parse(text).get(section) ?? []].map(([name, option]) => [name, option.text]));
}

function assertRefused(text: string, message: string): void {
  const fault = assertThrows(() => parse(text), Fault, message);
  assertEquals([fault.kind, typeof fault.hint], ["configuration", "string"]);
}

Deno.test("T05 a hash inside a value is part of the value", () => {
  assertEquals(optionsOf("[a]\nk = rsync://x/y # c ; d\nl=#v\n"), { k: "rsync://x/y # c ; d", l: "#v" });
});

Deno.test("T06 a colon separates as well as an equals sign, whichever comes first", () => {
  assertEquals(optionsOf("[a]\nsync-type: rsync\nx : a=b\ny=a:b\n"), { "sync-type": "rsync", x: "a=b", y: "a:b" });
});

/** Input after `[a]`, and the values that come of it. */
const CONTINUATIONS: readonly [input: string, values: Record<string, string>][] = [
  ["k=v\n  w", { k: "v\nw" }],
  ["k=v\n\n  w", { k: "v\n\nw" }],
  ["k=v\n# c\n  w", { k: "v\nw" }],
  ["k=\n  v\n  w", { k: "\nv\nw" }],
  ["  k=v\n  l=w", { k: "v", l: "w" }],
  ["  k=v\n    l=w\n  m=x", { k: "v\nl=w", m: "x" }],
  ["k=v\n  [b]\nl=w", { k: "v\n[b]", l: "w" }],
];

for (const [input, values] of CONTINUATIONS) {
  Deno.test(`T07 after [a], ${JSON.stringify(input)} is ${JSON.stringify(values)}`, () => {
    assertEquals(optionsOf(`[a]\n${input}\n`), values);
  });
}

Deno.test("T07 a comment inside a value may stand at any indent", () => {
  assertEquals(optionsOf("[a]\nk=v\n      ; c\n  w\n"), { k: "v\nw" });
});

Deno.test("trailing blank lines are no part of a value, and a tab counts as one column", () => {
  assertEquals(optionsOf("[a]\n k=v\n\tl=w\n\n\n"), { k: "v", l: "w" });
});

Deno.test("T08 an option that is there twice is refused, whatever its case", () => {
  assertRefused("[a]\nLocation=/X\nLOCATION=/Y\n", '/f:3: Option "location" is there twice in section "a"');
});

Deno.test("T09 a section that is there twice in one file is refused", () => {
  assertRefused("[a]\nk=v\n[b]\n[a]\n", '/f:4: Section "a" is there twice');
});

Deno.test("[DEFAULT] may be there twice, one of its options may not", () => {
  assertEquals(optionsOf("[DEFAULT]\nk=v\n[b]\n[DEFAULT]\nl=w\n", "DEFAULT"), { k: "v", l: "w" });
  assertRefused("[DEFAULT]\nk=v\n[DEFAULT]\nk=w\n", '/f:4: Option "k" is there twice');
});

Deno.test("a section's name goes to the last bracket, verbatim; text after it is ignored", () => {
  assertEquals([...parse("[ a b ]\n[a]b] tail\n[default]\n").keys()], [" a b ", "a]b", "default"]);
});

Deno.test("T14 a line without a delimiter is refused with file and line", () => {
  assertRefused("[a]\nk=v\noops\n", '/f:3: No "=" in "oops"');
  assertRefused("[a]\nrem x\n", '/f:2: No "=" in "rem x"');
});

Deno.test("text before the first section, an empty header and an empty name are refused", () => {
  assertRefused("k=v\n", "/f:1: Text before the first section");
  assertRefused("[]\n", "/f:1: Text before the first section");
  assertRefused("[a]\n[]\n", '/f:2: No "=" in "[]"');
  assertRefused("[a]\n=v\n", '/f:2: No name before "="');
});

Deno.test("T17 CRLF, CR and LF end lines in files; in a variable only LF does", () => {
  assertEquals(optionsOf("[a]\r\nk=v\r\nl=w\r\n"), { k: "v", l: "w" });
  assertEquals(optionsOf("[a]\rk=v\rl=w\r"), { k: "v", l: "w" });
  const parsed = parseConfig({ kind: "environment", variable: "V", text: "[a]\nk=v\rl=w\r\n" });
  assertEquals(parsed.get("a")?.get("k")?.text, "v\rl=w");
});

Deno.test("quotes, backslashes and dollars mean themselves, an empty value is empty, names lose case and blanks", () => {
  assertEquals(optionsOf('[a]\nK 1 = "x\\$y"\nE =\n'), { "k 1": '"x\\$y"', e: "" });
});

Deno.test("Unicode white space trims and indents", () => {
  assertEquals(optionsOf("[a]\nk\u00a0=\u00a0v\u000c\n\u00a0w\n"), { k: "v\nw" });
});

Deno.test("an option knows the line it starts in", () => {
  assertEquals(parse("[a]\n\nk=v\n  w\n").get("a")?.get("k")?.origin, { kind: "file", path: "/f", line: 3 });
});
