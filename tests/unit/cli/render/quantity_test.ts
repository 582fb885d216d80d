import { assertEquals } from "@std/assert";
import { momentText } from "../../../../lib/base/moment.ts";
import { bytesText, durationText, spanText } from "../../../../lib/cli/render/quantity.ts";

Deno.test("durations are rounded in the unit that they are shown in", () => {
  const cases: readonly (readonly [ms: number, text: string])[] = [
    [0, "0.0 s"],
    [3449, "3.4 s"],
    [59_940, "59.9 s"],
    [59_980, "1 min 0 s"],
    [125_000, "2 min 5 s"],
    [4_320_000, "1 h 12 min"],
  ];
  for (const [ms, text] of cases) assertEquals(durationText(ms), text);
});

Deno.test("spans are shown in the largest unit that fits", () => {
  const hour = 3_600_000;
  const cases: readonly (readonly [ms: number, text: string])[] = [
    [1000, "1 second"],
    [90_000, "1 minute"],
    [47 * hour, "47 hours"],
    [48 * hour, "2 days"],
  ];
  for (const [ms, text] of cases) assertEquals(spanText(ms), text);
});

Deno.test("a time that is no time is shown as such", () => {
  assertEquals(momentText(Date.UTC(2026, 0, 2, 3, 4, 5, 999)), "2026-01-02 03:04:05Z");
  assertEquals(momentText(8.7e15), "?");
});

Deno.test("sizes have at most one decimal", () => {
  assertEquals(bytesText(1_234_567), "1.2 MB");
  assertEquals(bytesText(0), "0 B");
});
