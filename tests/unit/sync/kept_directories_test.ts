import { assert, assertEquals } from "@std/assert";
import { compareTexts, manifestDifference } from "../../../lib/manifest/manifest_difference.ts";
import { keptDirectories } from "../../../lib/sync/manifest_guided/kept_directories.ts";

/** A Manifest that did not change. */
function unchanged(path: string, ...lines: readonly string[]) {
  const text = lines.join("\n");
  const found = manifestDifference(path, compareTexts(text, text));
  assert(!("code" in found));
  return found;
}

Deno.test("directories with a file that did not change are those of the entries, and all above them", () => {
  const kept = keptDirectories([
    unchanged("Manifest", "DATA licenses/GPL-2 1", "DATA header.txt 1"),
    unchanged("c/Manifest", "MANIFEST p/Manifest 1", "DATA metadata.xml 1", "AUX deep/x 1", "IGNORE i/x"),
    unchanged("m/md5-cache/c/Manifest", "DATA p-1 1"),
    unchanged("empty/e/Manifest"),
  ]);
  const there = ["licenses", "c", "c/p", "c/files", "c/files/deep", "m", "m/md5-cache", "m/md5-cache/c"];
  assertEquals(there.filter((dir) => !kept.has(dir)), []);
  const not = ["c/i", "c/q", "p", "empty", "empty/e", "licenses/GPL-2", "m/md5-cache/d"];
  assertEquals(not.filter((dir) => kept.has(dir)), []);
});
