import { assertEquals } from "@std/assert";
import { cachedKeywords, writtenKeywords } from "../../../lib/history/keywords.ts";

Deno.test("KEYWORDS are read from an ebuild when they are written out", () => {
  assertEquals(writtenKeywords('SLOT="0"\nKEYWORDS="~amd64 arm64"\n'), "~amd64 arm64");
  assertEquals(writtenKeywords("\tKEYWORDS='x86'\n"), "x86");
  assertEquals(writtenKeywords('KEYWORDS=""\n'), "");
  assertEquals(writtenKeywords('KEYWORDS="${MINE}"\n'), undefined);
  assertEquals(writtenKeywords('# KEYWORDS="x86"\n'), undefined);
});

Deno.test("KEYWORDS are read from an entry of the metadata cache", () => {
  assertEquals(cachedKeywords("EAPI=8\nKEYWORDS=~amd64 arm64\nSLOT=0\n"), "~amd64 arm64");
  assertEquals(cachedKeywords("EAPI=8\n"), undefined);
});
