import { assertEquals } from "@std/assert";
import { parseManifest } from "../../../lib/manifest/parse.ts";

const HEX = "0".repeat(128);

Deno.test("Paths of entries are from the root of the tree, those of AUX below files/", () => {
  const text = `AUX a.patch 1 SHA512 ${HEX}\nEBUILD b.ebuild 2 SHA512 ${HEX}\nIGNORE c\nDIST d 3 SHA512 ${HEX}\n`;
  const { entries, problems } = parseManifest(text, "app-foo/bar/Manifest");
  assertEquals(problems, []);
  assertEquals(entries.map((entry) => entry.kind === "timestamp" ? "" : entry.path), [
    "app-foo/bar/files/a.patch",
    "app-foo/bar/b.ebuild",
    "app-foo/bar/c",
  ]);
});

Deno.test("Every faulty line is reported with its number, and the others are kept", () => {
  const { entries, problems } = parseManifest("IGNORE a\nFOO\n\nIGNORE ../b\nIGNORE c", "eclass/Manifest");
  assertEquals(entries.length, 2);
  assertEquals(problems.map(({ code, path, line }) => [code, path, line]), [
    ["bad-entry", "eclass/Manifest", 2],
    ["bad-path", "eclass/Manifest", 4],
  ]);
});

Deno.test("Digests of unknown algorithms are left out, and known to have been there", () => {
  const { entries } = parseManifest(`DATA a 1 SHA512 ${HEX} FOOHASH x\nDATA b 1`, "Manifest");
  assertEquals(
    entries.map((entry) =>
      entry.kind === "file" && [entry.digests.map(({ algorithm }) => algorithm.name), entry.hasUnknownDigests]
    ),
    [[["SHA512"], true], [[], false]],
  );
});
