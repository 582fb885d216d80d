import { assert, assertEquals } from "@std/assert";
import { compareLines, lineEnd } from "../../../lib/host/compare_lines.js";
import { randomOf } from "../../support/random.ts";

/** What {@linkcode compareLines} tells, as lines. */
function compared(before: string, after: string) {
  const [old, now] = [before, after].map((text) => new TextEncoder().encode(text)) as [Uint8Array, Uint8Array];
  const { starts, added, removed } = compareLines(old, now);
  const decoder = new TextDecoder();
  const lines = (bytes: Uint8Array) => decoder.decode(bytes).split("\n").filter((line) => line !== "");
  const kept = [...starts].map((start) => decoder.decode(now.subarray(start, lineEnd(now, start))));
  return { kept, added: lines(added), removed: lines(removed) };
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

Deno.test("long texts that differ here and there are compared as sets, whatever is moved, added or repeated", () => {
  const random = randomOf(11);
  const line = () => `DATA name-${random.below(400)} ${"0123456789".repeat(1 + random.below(40))}`;
  for (let round = 0; round < 50; round++) {
    const old = Array.from({ length: 300 }, line);
    const now = [...old];
    for (let change = 0; change < 8; change++) {
      const at = random.below(now.length);
      const taken = now.splice(at, 1 + random.below(12));
      now.splice(random.below(now.length), 0, ...[[], [line()], taken, [...taken, ...taken]][random.below(4)] ?? []);
    }
    const found = compared(old.join("\n"), now.join("\n"));
    const [before, after] = [new Set(old), new Set(now)];
    assertEquals(new Set(found.kept), after.intersection(before));
    assertEquals(new Set(found.added), after.difference(before));
    assertEquals(new Set(found.removed), before.difference(after));
  }
});

Deno.test("a blank line at the end is none that both have, unless both have one", () => {
  assertEquals(compared("", "\n").kept, []);
  assertEquals(compared("a\n", "a\n\n").kept, ["a"]);
  assertEquals(compared("a\n\n", "a\n\n").kept, ["a", ""]);
});

Deno.test("thousands of lines that all differ, in an unusual form, do not take the time of their square", () => {
  const text = (digest: string) =>
    Array.from({ length: 4000 }, (_, index) => `DATA  name-${index} ${digest}`).join("\n");
  const begin = performance.now();
  assertEquals(compared(text("1"), text("2")).added.length, 4000);
  const plain = (digest: string) => text(digest).replaceAll("  ", " ");
  const between = performance.now();
  assertEquals(compared(plain("1"), plain("2")).added.length, 4000);
  const [unusual, usual] = [between - begin, performance.now() - between];
  assert(unusual < 10 * usual + 200, `${unusual} ms, and ${usual} ms in the usual form`);
});

Deno.test("a line without an end is the same as one with it, and lines keep their ends", () => {
  assertEquals(compared("a\nb", "a\nb\n").added, []);
  assertEquals(
    new TextDecoder().decode(compareLines(new Uint8Array(), new TextEncoder().encode("a\r\nb\r")).added),
    "a\r\nb\r",
  );
});
