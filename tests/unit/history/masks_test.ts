import { assertEquals } from "@std/assert";
import { maskDifference } from "../../../lib/history/masks.ts";
import { systemFiles } from "../../../lib/host/files.ts";
import { tempDir } from "../../support/temp_dir.ts";

Deno.test("masks are compared by atom, whether they are in one file or in several, comments left out", () => {
  using dir = tempDir();
  const [from, to] = [`${dir.path}/from`, `${dir.path}/to`];
  Deno.mkdirSync(`${from}/profiles`, { recursive: true });
  Deno.mkdirSync(`${to}/profiles/package.mask`, { recursive: true });
  Deno.writeTextFileSync(`${from}/profiles/package.mask`, "# for a reason\na/b\nc/d # since then\n");
  Deno.writeTextFileSync(`${to}/profiles/package.mask/one`, "c/d\n");
  Deno.writeTextFileSync(`${to}/profiles/package.mask/two`, ">=e/f-2\n");
  assertEquals(maskDifference(systemFiles(), { from, to }), { masked: [">=e/f-2"], unmasked: ["a/b"] });
});
