import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Options, type Scenario, scenario } from "../support/scenario.ts";
import { type TreeEntry, treeOf } from "../support/tree_of.ts";
import { writeUpstream } from "../support/upstream_tree.ts";

const storages: readonly (readonly [name: string, options: (s: Scenario) => Options])[] = [
  ["RCU", (s) => s.rcu()],
  ["quarantine", () => ({})],
  ["in place", () => ({ "sync-allow-hardlinks": "no" })],
];

/** Everything there is, but for the directory of temporary files. */
async function everything(s: Scenario): Promise<Map<string, TreeEntry>> {
  const tree = await treeOf(s.path);
  for (const path of tree.keys()) if (path === "tmp") tree.delete(path);
  return tree;
}

for (const [name, options] of storages) {
  Deno.test(`${name}: --dry-run changes nothing at all, before the first sync and before a change`, async () => {
    await using s = await scenario();
    s.configure(options(s));
    let before = await everything(s);
    const first = await s.sync(["--dry-run"]);
    assertEquals(first.code, 0, first.err);
    assertStringIncludes(first.out, "create  app-misc/foo/foo-1.ebuild\n");
    assertEquals(await everything(s), before);

    assertEquals((await s.sync()).code, 0);
    s.change((up) => {
      writeUpstream(up, "app-misc/foo/metadata.xml", "another");
      writeUpstream(up, "app-misc/foo/foo-2.ebuild", "new");
      Deno.removeSync(`${up}/app-misc/foo/foo-1.ebuild`);
    });
    before = await everything(s);
    const second = await s.sync(["--dry-run", "--json"]);
    assertEquals(second.code, 0, second.err);
    const plan = jsonLines(second.out).find(({ event }) => event === "plan");
    assertEquals(sortedByPath(plan?.changes), [
      { action: "delete", path: "app-misc/foo/foo-1.ebuild" },
      { action: "create", path: "app-misc/foo/foo-2.ebuild" },
      { action: "change", path: "app-misc/foo/metadata.xml" },
      { action: "change", path: "metadata/timestamp.chk" },
    ]);
    assertEquals(await everything(s), before);
  });
}

Deno.test("--dry-run names the steps that there are", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  await s.sync();
  s.change();
  const steps = async () =>
    jsonLines((await s.sync(["-n", "--json"])).out).find(({ event }) => event === "plan")?.steps;
  const [copy, fetch, publish] = [
    `copy by hard links: ${s.snapshot(1)}`,
    "fetch 1 file, 32 B",
    "publish as a new snapshot",
  ];
  assertEquals(await steps(), [copy, fetch, publish]);
  Deno.removeSync(`${s.up}/app-misc/foo/foo-1.ebuild`);
  assertEquals(await steps(), [copy, "delete 1 entry", fetch, publish]);
});

function jsonLines(out: string): Record<string, unknown>[] {
  return out.trimEnd().split("\n").map((line) => JSON.parse(line));
}

function sortedByPath(changes: unknown): unknown[] {
  return Array.isArray(changes) ? changes.toSorted((a, b) => a.path < b.path ? -1 : 1) : [];
}

Deno.test("--dry-run of what is up to date plans nothing", async () => {
  await using s = await scenario();
  s.configure();
  assertEquals((await s.sync()).code, 0);
  const { code, out } = await s.sync(["--dry-run"]);
  assertEquals([code, out.replace(/[0-9.]+ s/, "0 s")], [0, "demo  up to date in 0 s\n"]);
});

Deno.test("--json prints one object a line, begins with the start and ends with the summary", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  const events = jsonLines((await s.sync(["--json"])).out);
  assertEquals(
    events.map(({ event, phase }) => phase === undefined ? event : `${event} ${phase}`).filter((e) =>
      e !== "progress fetch"
    ),
    [
      "start",
      ...["probe", "stage", "plan", "fetch", "publish", "collect"].map((phase) => `phase ${phase}`),
      "done",
      "summary",
    ],
  );
  const progress = events.findLast(({ event }) => event === "progress");
  assertEquals([progress?.doneFiles, progress?.doneBytes], [progress?.totalFiles, progress?.totalBytes]);
  assertEquals(events.at(-1), { schema: 1, event: "summary", updated: 1, upToDate: 0, failed: 0 });
});

Deno.test("--force looks past equal timestamps, and publishes only what differs", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertEquals((await s.sync()).code, 0);
  assertEquals([(await s.sync(["--force"])).code, s.snapshots()], [0, ["1"]]);
  writeUpstream(s.up, "app-misc/foo/metadata.xml", "another");
  assertStringIncludes((await s.sync()).out, "up to date");
  assertStringIncludes((await s.sync(["--force"])).out, "updated to snapshot 2: 0 created, 1 changed, 0 deleted");
  assertEquals(Deno.readTextFileSync(`${s.location}/app-misc/foo/metadata.xml`), "another");
});

Deno.test("options that a plan cannot honour are honoured by a whole pass over a copy that shares nothing", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertEquals((await s.sync()).code, 0);
  s.configure(s.rcu({ "sync-rsync-extra-opts": "--hard-links" }));
  s.change((up) => Deno.linkSync(`${up}/app-misc/foo/metadata.xml`, `${up}/app-misc/foo/linked.xml`));
  const { code, out, err } = await s.sync(["-v"]);
  assertEquals([code, s.snapshots()], [0, ["1", "2"]], err);
  assertStringIncludes(err, "because of --hard-links");
  assertStringIncludes(out, "1 created, 1 changed, 0 deleted");
  const inode = (id: number, path: string) => Deno.statSync(`${s.snapshot(id)}/app-misc/foo/${path}`).ino;
  assertEquals(inode(2, "linked.xml"), inode(2, "metadata.xml"));
  assertEquals(inode(1, "foo-1.ebuild") === inode(2, "foo-1.ebuild"), false);
});
