import { assertEquals } from "@std/assert";
import { choosesCompression } from "../../../lib/rsync/compression.ts";

Deno.test("the user's own options of compression are noticed in each of their forms", () => {
  for (const words of [["-z"], ["-vz"], ["--compress"], ["--zc=lz4"], ["--compress-level", "1"], ["--no-z"]]) {
    assertEquals(choosesCompression(words), true, words.join(" "));
  }
  assertEquals(choosesCompression(["--exclude", "--compress", "-v", "--timeout=7"]), false);
});
