import { assert, assertEquals } from "@std/assert";
import { pathOf } from "../../../lib/base/path_of.ts";
import {
  compareTexts,
  type ManifestDifference,
  manifestDifference,
} from "../../../lib/manifest/manifest_difference.ts";
import { whyUnproven } from "../../../lib/manifest/unproven.ts";

const SHA = `SHA512 ${"0".repeat(128)}`;

function difference(path: string, before: readonly string[], after: readonly string[]): ManifestDifference {
  const found = manifestDifference(path, compareTexts(before.join("\n"), after.join("\n")));
  assert(!("code" in found));
  return found;
}

const paths = (entries: readonly { readonly path: string }[]) => entries.map(({ path }) => path);
const keptPaths = ({ kept }: ManifestDifference) =>
  kept.flatMap((entries) => entries.names().map((name) => pathOf(entries.dir, name)));

Deno.test("only lines that differ become entries, in whatever order they stand", () => {
  const found = difference("c/Manifest", ["DATA a 1", "DATA b 2", "DIST x 1"], ["DATA b 2", "DATA c 3", "DATA a 9"]);
  assertEquals(paths(found.added), ["c/c", "c/a"]);
  assertEquals(paths(found.removed), ["c/a"]);
  assertEquals(keptPaths(found), ["c/b"]);
});

Deno.test("paths of unchanged lines are what they mean: escapes, AUX, tabs", () => {
  const lines = ["DATA a\\x20b 1", "AUX fix 2", "\tEBUILD  x.ebuild\t3", `MANIFEST p/Manifest 4 ${SHA}`];
  const found = difference("c/Manifest", lines, lines);
  assertEquals(keptPaths(found), ["c/a b", "c/files/fix", "c/x.ebuild", "c/p/Manifest"]);
  assertEquals(found.kept.map(({ areManifests }) => areManifests), [false, false, false, true]);
  assertEquals(found.kept[3]?.entry(0)?.size, 4);
});

Deno.test("a wrong line among those that are new fails, and what is ignored is told", () => {
  const wrong = manifestDifference("Manifest", compareTexts("", "DATA ../x 1"));
  assert("code" in wrong && wrong.code === "bad-path");
  const same = difference("m/Manifest", ["IGNORE t"], ["IGNORE t", "DATA a 1"]);
  assertEquals([same.ignored, same.ignoresOther], [["m/t"], false]);
  assertEquals(difference("m/Manifest", ["IGNORE t"], ["IGNORE u"]).ignoresOther, true);
  assertEquals(
    difference("m/Manifest", ["\tIGNORE\tt"], [" IGNORE  t\\x20u", "\tIGNORE\tt"]).ignored,
    ["m/t u", "m/t"].toReversed(),
  );
});

const CHAIN = (leaf: ManifestDifference, category: ManifestDifference = difference("c/Manifest", [], [])) => ({
  differences: [category, leaf],
  changed: ["c/p/x"],
  uncovered: [],
  ignores: () => false,
});

Deno.test("a change follows from its Manifest when every Manifest above changed too", () => {
  assertEquals(whyUnproven(CHAIN(difference("c/p/Manifest", ["DATA y 1"], ["DATA y 1", "DATA x 2"]))), undefined);
});

for (
  const [what, tree, why] of [
    [
      "it has a hidden name, which another entry may list as well",
      { ...CHAIN(difference("c/p/Manifest", ["DATA .x 1", "MISC .x 1"], ["DATA .x 1"])), changed: ["c/p/.x"] },
      "c/p/.x has a hidden name",
    ],
    [
      "an unchanged Manifest in its directory may list it",
      CHAIN(difference("c/p/Manifest", [], []), difference("c/Manifest", ["MANIFEST p/More 1"], ["MANIFEST p/More 1"])),
      "the unchanged Manifest c/p/More may list what changed",
    ],
    [
      "the directory is ignored",
      CHAIN(difference("c/p/Manifest", [], []), difference("c/Manifest", ["IGNORE p"], ["IGNORE p"])),
      "c/p/x is ignored",
    ],
    [
      "other paths are ignored than before",
      CHAIN(difference("c/p/Manifest", [], ["IGNORE z"])),
      "other paths are ignored",
    ],
    [
      "a file came that nothing ignores",
      { ...CHAIN(difference("c/p/Manifest", [], [])), uncovered: ["metadata/timestamp.chk"] },
      "metadata/timestamp.chk is not ignored",
    ],
  ] as const
) {
  Deno.test(`a change does not follow when ${what}`, () => assertEquals(whyUnproven(tree), why));
}
