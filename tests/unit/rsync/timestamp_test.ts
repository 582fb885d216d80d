import { assertEquals, assertNotEquals } from "@std/assert";
import { parseTimestamp } from "../../../lib/rsync/timestamp.ts";

Deno.test("T56 comments, blank lines and runs of blanks do not matter", () => {
  assertEquals(parseTimestamp("# c\n\n Tue,   14 Nov 2023\t22:13:20 +0000 # x\n"), 1_700_000_000_000);
});

Deno.test("T57 another offset than +0000 is no time", () => {
  assertEquals(parseTimestamp("Tue, 14 Nov 2023 22:13:20 +0100\n"), undefined);
});

Deno.test("T58 times an hour apart around a change to summer time differ by an hour", () => {
  const before = parseTimestamp("Sun, 10 Mar 2024 02:30:00 +0000");
  const after = parseTimestamp("Sun, 10 Mar 2024 03:30:00 +0000");
  assertNotEquals(before, undefined);
  assertEquals((after ?? 0) - (before ?? 0), 3_600_000);
});

Deno.test("T65 names are English in any case, whatever the locale", () => {
  assertEquals(parseTimestamp("FRI, 01 mar 2024 00:00:00 +0000"), Date.UTC(2024, 2, 1));
  assertEquals(parseTimestamp("Fr, 01 Mär 2024 00:00:00 +0000"), undefined);
});

Deno.test("the day of the week is not held against the date", () => {
  assertEquals(parseTimestamp("Mon, 01 Mar 2024 00:00:00 +0000"), Date.UTC(2024, 2, 1));
});

Deno.test("T55 only the first line with something in it counts", () => {
  assertEquals(parseTimestamp("oops\nFri, 01 Mar 2024 00:00:00 +0000"), undefined);
  assertEquals(parseTimestamp(""), undefined);
  assertEquals(parseTimestamp("# only this\n \n"), undefined);
});

for (
  const text of [
    "Fri, 31 Feb 2024 00:00:00 +0000",
    "Thu, 29 Feb 2023 00:00:00 +0000",
    "Fri, 01 Mar 2024 24:00:00 +0000",
    "Fri, 01 Mar 2024 00:60:00 +0000",
    "Fri, 01 Mar 2024 00:00:62 +0000",
    "Fri, 01 Mar 24 00:00:00 +0000",
    "Fri 01 Mar 2024 00:00:00 +0000",
    "Fri, 01 Mar 2024 00:00:00 UTC",
    "Fri, 01 Mar 2024 00:00:00 +0000 x",
    "Xxx, 01 Mar 2024 00:00:00 +0000",
  ]
) {
  Deno.test(`${text} is no time`, () => assertEquals(parseTimestamp(text), undefined));
}
