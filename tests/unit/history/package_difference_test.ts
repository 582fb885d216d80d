import { assertEquals } from "@std/assert";
import { type ComparedTrees, packageDifference } from "../../../lib/history/package_difference.ts";

/** Trees where each package is there or not, and every ebuild has these keywords. */
function trees(from: readonly string[], to: readonly string[], keywords: Record<"from" | "to", string>): ComparedTrees {
  return {
    hasEbuild: (tree, name) => (tree === "from" ? from : to).includes(name),
    keywords: (tree) => keywords[tree],
  };
}

Deno.test("a package is added or removed with its first or last ebuild, and changed otherwise", () => {
  const found = packageDifference([
    { path: "a/new/new-1.ebuild", kind: "created" },
    { path: "a/gone/gone-1.ebuild", kind: "deleted" },
    { path: "a/kept/files/x.patch", kind: "changed" },
  ], trees(["a/gone", "a/kept"], ["a/new", "a/kept"], { from: "", to: "" }));
  assertEquals(found.map(({ name, kind }) => `${name} ${kind}`), ["a/gone removed", "a/kept changed", "a/new added"]);
});

Deno.test("keywords are compared for changed versions alone", () => {
  const [found] = packageDifference([
    { path: "a/b/b-1.ebuild", kind: "changed" },
    { path: "a/b/b-2.ebuild", kind: "created" },
  ], trees(["a/b"], ["a/b"], { from: "~amd64", to: "amd64 ~arm64" }));
  assertEquals(found?.keywords, [{ version: "1", gained: ["amd64", "~arm64"], lost: ["~amd64"] }]);
});

Deno.test("what belongs to no package makes none", () => {
  const paths = ["metadata/md5-cache/a/b-1", "profiles/a/b/c", "eclass/a.eclass", "licenses/a/b/c", "header.txt"];
  const changes = paths.map((path) => ({ path, kind: "changed" as const }));
  assertEquals(packageDifference(changes, trees([], [], { from: "", to: "" })), []);
});
