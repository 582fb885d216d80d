import { assertEquals } from "@std/assert";
import { compareLines, lineEnd } from "../../../lib/host/compare_lines.js";
import { randomOf } from "../../support/random.ts";

/** What {@linkcode compareLines} tells, as lines. */
function compared(before: string, after: string) {
  const [old, now] = [before, after].map((text) => new TextEncoder().encode(text)) as [Uint8Array, Uint8Array];
  const { starts, heads, added, removed } = compareLines(old, now);
  const decoder = new TextDecoder();
  const lines = (bytes: Uint8Array) => decoder.decode(bytes).split("\n").filter((line) => line !== "");
  const kept = [...starts].map((start) => decoder.decode(now.subarray(start, lineEnd(now, start))));
  return { kept, heads, added: lines(added), removed: lines(removed) };
}

for (
  const [what, before, after, [kept, added, removed]] of [
    ["lines that moved far are kept", "abcdefghijklm", "mabcdefghijkl", ["abcdefghijklm", "", ""]],
    ["many lines that went in a row", "abcdefghijklmno", "ano", ["ano", "", "bcdefghijklm"]],
    ["many lines that came in a row", "ano", "abcdefghijklmno", ["ano", "bcdefghijklm", ""]],
    ["a line that was there twice, and is once", "aab", "ab", ["ab", "", ""]],
    ["a line that was there once, and is twice", "ab", "aba", ["aab", "", ""]],
    ["nothing in common", "abc", "xyz", ["", "xyz", "abc"]],
    ["nothing before", "", "xyz", ["", "xyz", ""]],
    ["nothing after", "abc", "", ["", "", "abc"]],
  ] as const
) {
  Deno.test(`lines are compared as sets: ${what}`, () => {
    const found = compared([...before].join("\n"), [...after].join("\n"));
    const letters = (lines: readonly string[]) => [...lines].sort().join("");
    assertEquals([found.kept, found.added, found.removed].map(letters), [kept, added, removed]);
  });
}

Deno.test("lines are compared as sets, at random", () => {
  const random = randomOf(7);
  for (let round = 0; round < 500; round++) {
    const text = () => Array.from({ length: random.below(60) }, () => `${1 + random.below(40)}`).join("\n");
    const [before, after] = [text(), text()];
    const found = compared(before, after);
    const [old, now] = [before, after].map((lines) => new Set(lines.split("\n").filter((line) => line !== "")));
    assertEquals(new Set(found.kept), now?.intersection(old ?? new Set()));
    assertEquals(new Set(found.added), now?.difference(old ?? new Set()));
    assertEquals(new Set(found.removed), old?.difference(now ?? new Set()));
  }
});

Deno.test("a line that both have is told by its first two fields, and one that ends the text by what there is", () => {
  const text = "DATA a 1 SHA512 x\nIGNORE b\n\n  c d\nDATA \u00e4 2";
  assertEquals(compared(text, text).heads, "DATA a\nIGNORE b\n\n \nDATA \u00e4\n");
});

Deno.test("a line without an end is the same as one with it, and lines keep their ends", () => {
  assertEquals(compared("a\nb", "a\nb\n").added, []);
  assertEquals(
    new TextDecoder().decode(compareLines(new Uint8Array(), new TextEncoder().encode("a\r\nb\r")).added),
    "a\r\nb\r",
  );
});
