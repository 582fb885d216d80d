import { assert, assertEquals } from "@std/assert";
import { sumOfNames } from "../../../lib/host/expected_names.ts";
import { listedFiles } from "../../../lib/manifest/listed_files.ts";
import { compareTexts, manifestDifference } from "../../../lib/manifest/manifest_difference.ts";

/** What two Manifests say of directories, the second of which changed. */
function listed(dirs: readonly string[], texts: Readonly<Record<string, readonly [before: string, after: string]>>) {
  const differences = Object.entries(texts).map(([path, [before, after]]) => {
    const found = manifestDifference(path, compareTexts(before, after));
    assert(!("code" in found));
    return found;
  });
  const changed = differences.flatMap(({ added }) => added);
  return listedFiles(dirs, { changed, kept: differences.flatMap(({ kept }) => kept) });
}

Deno.test("the files of a directory are those of all Manifests that speak of it, old entries and new ones", () => {
  const found = listed(["c/p", "c/p/files", "c/q"], {
    "c/Manifest": ["MANIFEST p/Manifest 1\nDATA q/x 1", "MANIFEST p/Manifest 2\nDATA q/x 1"],
    "c/p/Manifest": ["DATA a\\x20b 1\nAUX f 1\nDATA .h 1", "DATA a\\x20b 1\nAUX f 1\nDATA .h 1\nDATA c 1\nDATA .i 1"],
  });
  const names = { "c/p": ["Manifest", "c", "a b"], "c/p/files": ["f"], "c/q": ["x"] };
  for (const [dir, wanted] of Object.entries(names)) {
    const files = found.get(dir);
    assertEquals([files?.names(), files?.sum], [wanted, sumOfNames(wanted)], dir);
  }
});

Deno.test("directories with a hidden name hold nothing that is listed", () => {
  const text = "DATA .d/x 1\nDATA e/.f/y 1\nDATA e/z 1";
  const found = listed([".d", "e", "e/.f"], { Manifest: [text, text] });
  assertEquals([...found.values()].map((files) => files.names()), [[], ["z"], []]);
});

Deno.test("a file that an old entry and a new one list counts twice, and what is listed is a contradiction", () => {
  const found = listed(["c"], { "c/Manifest": ["DATA x 1\nDATA y 1", "DATA x 1\nDATA y 1\nEBUILD x 1"] });
  assertEquals(found.get("c")?.names(), undefined);
  assertEquals(found.get("c")?.sum, sumOfNames(["x", "x", "y"]));
});

Deno.test("a file that two old entries list is listed twice, without a contradiction", () => {
  const text = "DATA x 1\nMISC x 1\n";
  assertEquals(listed(["."], { Manifest: [text, text] }).get(".")?.names(), ["x", "x"]);
});
