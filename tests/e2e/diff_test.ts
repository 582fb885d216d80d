import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Scenario, scenario } from "../support/scenario.ts";
import { writeUpstream } from "../support/upstream_tree.ts";

const LATER = new Date("2024-05-05T00:00:00Z");

function ebuild(keywords: string): string {
  return `EAPI=8\nSLOT="0"\nKEYWORDS="${keywords}"\n`;
}

/** Two snapshots, the second with one change of each kind. */
async function twoSnapshots(): Promise<Scenario> {
  const s = await scenario();
  s.configure(s.rcu());
  writeUpstream(s.up, "app-misc/old/old-1.ebuild", ebuild("amd64"));
  writeUpstream(s.up, "app-misc/kept/kept-1.ebuild", ebuild("~amd64 arm64"));
  writeUpstream(s.up, "app-misc/kept/kept-2.ebuild", ebuild("~amd64"));
  writeUpstream(s.up, "eclass/gone.eclass", "# gone\n");
  writeUpstream(s.up, "profiles/package.mask", "# why\napp-misc/old\n");
  await s.sync();
  s.change((up) => {
    Deno.removeSync(`${up}/app-misc/old`, { recursive: true });
    Deno.removeSync(`${up}/app-misc/kept/kept-2.ebuild`);
    Deno.removeSync(`${up}/eclass/gone.eclass`);
    writeUpstream(up, "app-misc/kept/kept-1.ebuild", ebuild("amd64 arm64"), LATER);
    writeUpstream(up, "app-misc/kept/kept-3.ebuild", ebuild("~amd64"));
    writeUpstream(up, "app-misc/fresh/fresh-0.1_rc1-r2.ebuild", ebuild("~amd64"));
    writeUpstream(up, "app-misc/foo/metadata.xml", "hello world", LATER);
    writeUpstream(up, "profiles/package.mask", "# why\n=app-misc/kept-3\n", LATER);
    writeUpstream(up, "metadata/news/2024-05-05-news/2024-05-05-news.en.txt", "Title: News\n");
    writeUpstream(up, "metadata/glsa/glsa-202405-01.xml", "<glsa/>\n");
  });
  await s.sync();
  return s;
}

async function json(s: Scenario, ...args: readonly string[]) {
  const { code, out, err } = await s.run(["diff", "demo", "--json", ...args]);
  assertEquals(code, 0, err);
  return JSON.parse(out);
}

Deno.test("diff tells packages, versions, keywords, masks, eclasses, news and GLSAs from one snapshot to the next", async () => {
  await using s = await twoSnapshots();
  const found = await json(s);
  assertEquals([found.from, found.to, found.source], [1, 2, "journals"]);
  assertEquals(found.packages, [
    {
      name: "app-misc/foo",
      kind: "changed",
      versions: { added: [], removed: [], changed: [] },
      keywords: [],
    },
    {
      name: "app-misc/fresh",
      kind: "added",
      versions: { added: ["0.1_rc1-r2"], removed: [], changed: [] },
      keywords: [],
    },
    {
      name: "app-misc/kept",
      kind: "changed",
      versions: { added: ["3"], removed: ["2"], changed: ["1"] },
      keywords: [{ version: "1", gained: ["amd64"], lost: ["~amd64"] }],
    },
    { name: "app-misc/old", kind: "removed", versions: { added: [], removed: ["1"], changed: [] }, keywords: [] },
  ]);
  assertEquals([found.masked, found.unmasked], [["=app-misc/kept-3"], ["app-misc/old"]]);
  assertEquals(found.eclasses, [{ name: "gone", kind: "deleted" }]);
  assertEquals(found.profiles, [{ name: "package.mask", kind: "changed" }]);
  assertEquals(found.news, [{ name: "2024-05-05-news", kind: "created" }]);
  assertEquals(found.glsas, [{ name: "glsa-202405-01", kind: "created" }]);
});

Deno.test("diff finds the same with and without journals, and the reverse in the other direction", async () => {
  await using s = await twoSnapshots();
  const byJournals = await json(s, "1", "2");
  const reverse = await json(s, "2", "1");
  Deno.removeSync(`${s.store}/.rcusync/journal`, { recursive: true });
  const byComparison = await json(s, "1", "2");
  assertEquals(byComparison, { ...byJournals, source: "comparison" });
  assertEquals(reverse.source, "journals");
  const opposite = { created: "deleted", changed: "changed", deleted: "created" } as const;
  const turned = byJournals.files.map(({ path, kind }: { path: string; kind: keyof typeof opposite }) => ({
    path,
    kind: opposite[kind],
  }));
  assertEquals(reverse.files, turned);
});

Deno.test("diff over several snapshots tells what is left of all changes", async () => {
  await using s = await twoSnapshots();
  s.change((up) => Deno.removeSync(`${up}/app-misc/fresh`, { recursive: true }));
  await s.sync();
  const found = await json(s, "1", "3");
  assertEquals(found.source, "journals");
  assertEquals(found.packages.some(({ name }: { name: string }) => name === "app-misc/fresh"), false);
});

Deno.test("diff as text ends with a summary line, and lists files when asked", async () => {
  await using s = await twoSnapshots();
  const { out } = await s.run(["diff", "demo"]);
  assertStringIncludes(out, "*  app-misc/kept   +3 -2 *1 (1: -~amd64 +amd64)\n");
  assertEquals(out.split("\n").at(-2), "demo: snapshot 1 to 2: 1 package added, 1 removed, 2 changed; 11 files");
  const withFiles = (await s.run(["diff", "demo", "--files"])).out;
  assertStringIncludes(withFiles, "-  eclass/gone.eclass\n");
});

Deno.test("diff needs two snapshots that exist", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  await s.sync();
  assertEquals((await s.run(["diff", "demo"])).code, 2);
  assertEquals((await s.run(["diff", "demo", "1", "5"])).code, 2);
});
