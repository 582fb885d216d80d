import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { MAKE_CONF, scratchConfig } from "../../support/scratch_config.ts";

/** A line of make.conf, the variables that come of it. */
const READ: readonly [text: string, values: Record<string, string>][] = [
  ["A=b", { A: "b" }],
  ["A = b", { A: "b" }],
  ["export A=b", { A: "b" }],
  ["A=b C=d", { A: "b", C: "d" }],
  ['A=1\nB="${A} $A"', { B: "1 1" }],
  ['A=1\nA="${A} more"', { A: "1 more" }],
  ['B="<$UNDEFINED>"', { B: "<>" }],
  ["x=1\nA='$x'", { A: "1" }],
  ['A="a\nb"', { A: "a b" }],
  ['A="a\\\nb"', { A: "ab" }],
  ['A="q\\"q"', { A: 'q"q' }],
  ['A="\\$x \\n \\\\"', { A: "$x \\n \\" }],
  ["A=b # c", { A: "b" }],
  ["A=b#c", { A: "b" }],
  ['A="b#c"', { A: "b#c" }],
  ['A="x"y', { A: "xy" }],
  ['A=""\nB=c', { A: "", B: "c" }],
  ['A="it\'s"', { A: "it's" }],
  ['A="a$"', { A: "a$" }],
  ["A=-1.5,x:y/z", { A: "-1.5,x:y/z" }],
  ["# only a comment\n\n", { A: "" }],
];

for (const [text, values] of READ) {
  Deno.test(`make.conf ${JSON.stringify(text)} gives ${JSON.stringify(values)}`, () => {
    using config = scratchConfig({ [MAKE_CONF]: `${text}\n` });
    const { variables } = config.load();
    const found = Object.fromEntries(Object.keys(values).map((name) => [name, variables.get(name) ?? ""]));
    assertEquals(found, values);
  });
}

/** A text of make.conf, the line of the error, part of its reason. */
const REFUSED: readonly [text: string, line: number, reason: string][] = [
  ["A=--foo=/x", 1, 'second "="'],
  ["A=a b", 1, 'No "=" after "b"'],
  ["A=1;B=2", 1, 'second "="'],
  ["\nA", 2, 'No "=" after "A"'],
  ["A+=x", 1, '"A+" is no name of a variable'],
  ["A=`ls`", 1, '"`" outside of quotes'],
  ["A=$(ls)", 1, '"(" outside of quotes'],
  ["A=\nB=1", 1, 'No value for "A"'],
  ['A=1\nB="x\ny', 2, "A quote is not closed"],
  ["source /does/not/exist", 1, "does not exist"],
  ["source", 1, "No file after source"],
];

for (const [text, line, reason] of REFUSED) {
  Deno.test(`make.conf ${JSON.stringify(text)} is refused in line ${line}`, () => {
    using config = scratchConfig({ [MAKE_CONF]: `${text}\n` });
    const fault = assertThrows(() => config.load(), Fault, `${config.path}/${MAKE_CONF}:${line}: `);
    assertStringIncludes(fault.message, reason);
    assertEquals([fault.kind, typeof fault.hint], ["configuration", "string"]);
  });
}

for (const value of ['"$(ls)"', '"x$$"', '"${A"', '"${A:-b}"']) {
  Deno.test(`make.conf A=${value} is a bad substitution: a warning and the empty string`, () => {
    using config = scratchConfig({ [MAKE_CONF]: `A=${value}\n` });
    const { variables, warnings } = config.load();
    assertEquals([variables.get("A"), warnings.length], ["", 1]);
    assertStringIncludes(warnings[0] ?? "", `${MAKE_CONF}:1: `);
  });
}

Deno.test("source includes a file, relative to the file that says so, with variables in its name", () => {
  using config = scratchConfig({
    [MAKE_CONF]: 'N=inc\nsource "${N}/more"\nsource $T/etc/abs\nC="$A$B"\n',
    "etc/portage/inc/more": "A=1\n",
    "etc/abs": "B=2\n",
  });
  assertEquals(config.load().variables.get("C"), "12");
});

Deno.test("files that source one another are refused", () => {
  using config = scratchConfig({ [MAKE_CONF]: "source make.conf\n" });
  assertThrows(() => config.load(), Fault, "sourced in a circle");
});

Deno.test("CRLF line ends are accepted with a warning", () => {
  using config = scratchConfig({ [MAKE_CONF]: "A=b\r\nC=d\r\n" });
  const { variables, warnings } = config.load();
  assertEquals([variables.get("A"), variables.get("C"), warnings.length], ["b", "d", 1]);
});

Deno.test("make.conf may be a directory, and the older etc/make.conf is read before it, with a notice", () => {
  using config = scratchConfig({
    "etc/make.conf": "A=old\nB=old\n",
    [`${MAKE_CONF}/1`]: "A=one\nC=1\n",
    [`${MAKE_CONF}/2`]: 'C="$C$B"\n',
  });
  const { variables, warnings } = config.load();
  assertEquals(["A", "B", "C"].map((name) => variables.get(name)), ["one", "old", "1old"]);
  assertStringIncludes(warnings.join("\n"), "Read as well as");
});

Deno.test("make.conf sees the roots and make.globals, and not the calling environment", () => {
  using config = scratchConfig({
    "prefix/usr/share/portage/config/make.globals": 'G="g"\n',
    [MAKE_CONF]: 'A="$G-$ROOT-$EPREFIX-$PORTAGE_CONFIGROOT-$CALLING"\n',
  });
  const { variables } = config.load({ ROOT: "/r", CALLING: "x" });
  assertEquals(variables.get("A"), `g-/r/-${config.path}/prefix-${config.path}/-`);
});
