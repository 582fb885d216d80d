import { assertEquals } from "@std/assert";
import { thisMachine } from "../../../lib/host/this_machine.ts";
import { problem } from "../../../lib/manifest/problem.ts";
import { dropMismatches, isPassing } from "../../../lib/sync/mismatches.ts";
import { file, writeEntries } from "../../support/dated_entries.ts";
import { namesIn } from "../../support/entries.ts";
import { tempDir } from "../../support/temp_dir.ts";

Deno.test("files with wrong contents are dropped; what is stray, missing or a directory is left", () => {
  using temp = tempDir();
  writeEntries(temp.path, {
    "a/wrong": file("x"),
    "a/size": file("x"),
    "a/stray": file("x"),
    "dir": { directory: true },
  });
  dropMismatches(thisMachine().files, temp.path, [
    problem("digest", "a/wrong", ""),
    problem("size", "a/size", ""),
    problem("stray", "a/stray", ""),
    problem("missing", "a/none", ""),
    problem("digest", "none/of/these", ""),
    problem("manifest-mismatch", "dir", ""),
  ]);
  assertEquals(namesIn(`${temp.path}/a`), ["stray"]);
  assertEquals(Deno.statSync(`${temp.path}/dir`).isDirectory, true);
});

Deno.test("nothing is dropped through a link that leads out of the tree", () => {
  using temp = tempDir();
  writeEntries(temp.path, {
    "tree/out": { link: "../secret" },
    "tree/in": { link: "real" },
    "tree/real/file": file("x"),
    "secret/file": file("x"),
    "tree-too/file": file("x"),
    "tree/beside": { link: "../tree-too" },
  });
  const paths = ["out/file", "beside/file", "in/file", "../secret/file"];
  dropMismatches(thisMachine().files, `${temp.path}/tree`, paths.map((path) => problem("digest", path, "")));
  const left = (dir: string) => [...Deno.readDirSync(`${temp.path}/${dir}`)].length;
  assertEquals([left("secret"), left("tree-too"), left("tree/real")], [1, 1, 0]);
});

Deno.test("a bad signature does not pass", () => {
  assertEquals([isPassing(problem("digest", "a", "")), isPassing(problem("bad-signature", "a", ""))], [true, false]);
});
