import { assertEquals } from "@std/assert";
import { padded, shortened, textWidth } from "../../../../lib/cli/render/width.ts";

Deno.test("a text has the width that terminals give it", () => {
  const widths: Readonly<Record<string, number>> = {
    "": 0,
    "gentoo": 6,
    "日本語": 6,
    "é": 1,
    "e\u0301": 1,
    "\u200b": 0,
    "…": 1,
    "½": 1,
    "ﾊ": 1,
    "ﾊﾞ": 2,
    ["a" + "\u0301".repeat(200_000)]: 1,
    "Ａ": 2,
    "각": 2,
    "\u1100\u1161\u11a8": 2,
    "👍": 2,
    "👍🏽": 2,
    "👨‍👩‍👧": 2,
    "🇩🇪": 2,
    "❤\ufe0f": 2,
  };
  for (const [text, width] of Object.entries(widths)) assertEquals(textWidth(text), width, JSON.stringify(text));
});

Deno.test("what is not one column wide is padded and cut all the same", () => {
  assertEquals(padded("日本", 6), "日本  ");
  assertEquals(padded("e\u0301", 3, "right"), "  e\u0301");
  assertEquals(shortened("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 5), "👨‍👩‍👧👨‍👩‍👧…");
});
