import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { screensText } from "../../support/screens.ts";

const docs = new URL("../../../docs/", import.meta.url).pathname;

Deno.test("docs/screens.md shows what the program shows", async () => {
  assertEquals(Deno.readTextFileSync(`${docs}screens.md`), await screensText());
});

Deno.test("the screens fit their terminal, and show progress only while there is any", async () => {
  const text = await screensText();
  const lines = text.split("\n").filter((line) => !line.startsWith("Usage"));
  assert(lines.every((line) => line.length <= 100), lines.find((line) => line.length > 100));
  const [, underWay = "", end = ""] = text.split("# rcusync sync -j 2\n");
  assertStringIncludes(underWay, "61/147");
  assert(!end.includes("61/147"));
});
