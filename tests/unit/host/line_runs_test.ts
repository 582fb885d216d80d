import { assertEquals } from "@std/assert";
import { lineEnd } from "../../../lib/host/compare_lines.js";
import { sumOfNames } from "../../../lib/host/expected_names.ts";
import { LineHead, LineRuns, RUN_WORDS } from "../../../lib/host/line_runs.js";

/** The runs of all lines of a text. */
function runsOf(text: string): readonly (readonly [head: string, lines: number, sum: Uint32Array])[] {
  const bytes = new TextEncoder().encode(text);
  const [head, lines] = [new LineHead(), new LineRuns(bytes)];
  for (let start = 0; start < bytes.length; start = lineEnd(bytes, head.end) + 1) {
    head.read(bytes, start);
    lines.add(start, head);
  }
  const { runs, heads } = lines.whole();
  return heads.split("\n").slice(0, -1).map((head, index) => {
    const row = runs.subarray(index * RUN_WORDS, (index + 1) * RUN_WORDS);
    return [head, row[0] ?? 0, row.slice(1)];
  });
}

Deno.test("lines that begin with the same word and name something in one directory are one run", () => {
  const text = "DATA a 1 SHA512 x\nDATA b\nDATA d/e 1\nDATA d/f 1\nDATA d/.g 1\nMISC d/h 1\nDATA dd/i 1\nDATA d/d/k 1";
  assertEquals(runsOf(text), [
    ["DATA ", 2, sumOfNames(["a", "b"])],
    ["DATA d", 3, sumOfNames(["e", "f"])],
    ["MISC d", 1, sumOfNames(["h"])],
    ["DATA dd", 1, sumOfNames(["i"])],
    ["DATA d/d", 1, sumOfNames(["k"])],
  ]);
});

Deno.test("a line that is not plain is a run of its own, of which nothing is told", () => {
  for (const line of ["", " ", "DATA", "DATA ", "DATA  a 1", " DATA a 1", "DATA\ta 1", "DATA a\\x20 1", "DATA ä 1"]) {
    const none = ["", 1, sumOfNames([])] as const;
    assertEquals(runsOf(`DATA x 1\n${line}\nDATA x 1`), [
      ["DATA ", 1, sumOfNames(["x"])],
      none,
      ["DATA ", 1, sumOfNames(["x"])],
    ], JSON.stringify(line));
  }
});

Deno.test("many runs with long heads are all told", () => {
  const dirs = Array.from({ length: 1000 }, (_, index) => `${"d".repeat(index % 300)}-${index}`);
  const text = dirs.map((dir) => `MANIFEST ${dir}/Manifest 1\n`).join("");
  const sum = sumOfNames(["Manifest"]);
  assertEquals(runsOf(text), dirs.map((dir) => [`MANIFEST ${dir}`, 1, sum] as const));
});

Deno.test("lines with the same fields have the same key", () => {
  const [one, other] = [new LineHead(), new LineHead()];
  const text = new TextEncoder().encode("DATA a 1\nDATA a 2\nDATA b 1");
  one.read(text, 0);
  other.read(text, 9);
  assertEquals(one.key, other.key);
  other.read(text, 18);
  assertEquals(one.key === other.key, false);
});

Deno.test("lines that are not plain have the same key only when they are the same", () => {
  const lines = ["DATA  a 1", "DATA  a 2", "DATA  b 1", " DATA a 1", " DATA a 2", "DATA", "", " "];
  const keys = lines.map((line) => {
    const head = new LineHead();
    head.read(new TextEncoder().encode(`${line}\nDATA  a 1`), 0);
    return head.key;
  });
  assertEquals(new Set(keys).size, lines.length);
});
