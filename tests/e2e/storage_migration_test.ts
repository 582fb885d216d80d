import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { assertExit } from "../support/assert_exit.ts";
import { exists, inodeOf, isDirectory, namesIn } from "../support/entries.ts";
import { assertMirrors } from "../support/mirrored.ts";
import { mountTmpfs, withoutMounts } from "../support/mount.ts";
import { type Scenario, scenario } from "../support/scenario.ts";
import { testUnless, withoutRoot } from "../support/skip.ts";
import { copyOf, treeOf } from "../support/tree_of.ts";
import { upstreamTree, writeUpstream } from "../support/upstream_tree.ts";

const XML = "app-misc/foo/metadata.xml";
const IN_2020 = new Date("2020-05-05T05:05:05Z");

/** A plain repository of old, with a file that is the host's own; the mirror has changed since. */
function plainLocation(s: Scenario): void {
  upstreamTree(s.location);
  writeUpstream(s.location, "distfiles/f", "a distfile");
  s.change((up) => writeUpstream(up, "app-misc/foo/foo-1.ebuild", "EAPI=8\nSLOT=9\n"));
}

testUnless(
  withoutRoot(),
  "T82 a plain LOCATION becomes snapshot 1 as it is, and the update is seeded from it",
  async () => {
    await using s = await scenario();
    plainLocation(s);
    Deno.chownSync(s.location, 33, 34);
    Deno.chmodSync(s.location, 0o2775);
    Deno.utimeSync(s.location, IN_2020, IN_2020);
    const before = await treeOf(s.location);
    s.configure(s.rcu({ "sync-rcu-spare-snapshots": "0" }));
    assertExit(await s.sync(), 0);

    assertEquals(s.snapshots(), ["1", "2"]);
    assertEquals(await treeOf(s.snapshot(1)), before);
    assertEquals(Deno.readLinkSync(s.location), `${s.store}/latest`);
    assertEquals(Deno.readLinkSync(`${s.store}/latest`), "snapshots/2");
    assertEquals(Deno.readTextFileSync(`${s.location}/distfiles/f`), "a distfile");
    assertEquals(inodeOf(`${s.snapshot(1)}/${XML}`), inodeOf(`${s.snapshot(2)}/${XML}`));
    Deno.removeSync(`${s.snapshot(2)}/distfiles`, { recursive: true });
    await assertMirrors(s.location, s.up);
    assertEquals(namesIn(s.path).filter((name) => name.includes("loc")), ["loc"]);
  },
);

Deno.test("T82 the time that the old tree is kept for begins with the migration", async () => {
  await using s = await scenario();
  plainLocation(s);
  Deno.utimeSync(s.location, IN_2020, IN_2020);
  s.configure(s.rcu({ "sync-rcu-spare-snapshots": "0" }));
  assertExit(await s.sync(), 0);
  assertExit(await s.sync(), 0);
  assertEquals(s.snapshots(), ["1", "2"]);
  s.configure(s.rcu({ "sync-rcu-spare-snapshots": "0", "sync-rcu-ttl-days": "0" }));
  assertExit(await s.sync(), 0);
  assertEquals(s.snapshots(), ["2"]);
});

testUnless(withoutMounts(), "T84 a store on another file system gets a copy, and the original goes last", async () => {
  await using s = await scenario();
  const disk = `${s.path}/disk`;
  Deno.mkdirSync(disk);
  using _mount = mountTmpfs(disk);
  plainLocation(s);
  Deno.chmodSync(`${s.location}/profiles`, 0o711);
  Deno.symlinkSync("profiles/eapi", `${s.location}/link`);
  Deno.utimeSync(s.location, IN_2020, IN_2020);
  const before = await copyOf(s.location);
  s.configure(s.rcu({ "sync-rcu-store-dir": `${disk}/store` }));
  assertExit(await s.sync(), 0);

  assertEquals(namesIn(`${disk}/store/snapshots`), ["1", "2"]);
  assertEquals(await copyOf(`${disk}/store/snapshots/1`), before);
  assertEquals(Deno.readLinkSync(s.location), `${disk}/store/latest`);
  assertEquals(Deno.readTextFileSync(`${s.location}/distfiles/f`), "a distfile");
  assertEquals(inodeOf(`${disk}/store/snapshots/1/${XML}`), inodeOf(`${disk}/store/snapshots/2/${XML}`));
  assertEquals(namesIn(s.path).filter((name) => name.includes("loc")), ["loc"]);
  assertEquals(namesIn(`${disk}/store/.rcusync`).filter((name) => name.includes("migrat")), []);
});

testUnless(withoutMounts(), "T84 a new repository may have its store on another file system", async () => {
  await using s = await scenario();
  const disk = `${s.path}/disk`;
  Deno.mkdirSync(disk);
  using _mount = mountTmpfs(disk);
  s.configure(s.rcu({ "sync-rcu-store-dir": `${disk}/store` }));
  assertExit(await s.sync(), 0);
  assertEquals(Deno.readLinkSync(s.location), `${disk}/store/latest`);
  await assertMirrors(s.location, s.up);
});

testUnless(withoutMounts(), "T92 LOCATION as a mount point is refused twice over, and nothing is touched", async () => {
  await using s = await scenario();
  Deno.mkdirSync(s.location);
  using _mount = mountTmpfs(s.location);
  plainLocation(s);
  const before = await treeOf(s.location);
  s.configure(s.rcu());
  for (let time = 1; time <= 2; time++) {
    assertExit(await s.sync(), 10, /mount point/);
    assertEquals(await treeOf(s.location), before);
    assert(!exists(s.store));
  }
});

for (
  const [what, scripts] of [
    ["a mirror that cannot be asked", { probe: "exit 1" }],
    ["a transfer that fails", { transfer: "exit 11" }],
  ] as const
) {
  Deno.test(`T98 ${what} leaves a plain LOCATION as it is, and no store`, async () => {
    await using s = await scenario();
    plainLocation(s);
    const before = await treeOf(s.location);
    s.configure(s.rcu());
    s.wrapRsync(scripts);
    assertExit(await s.sync(), 13);
    assertEquals(await treeOf(s.location), before);
    assert(!exists(s.store));
  });
}

Deno.test("T109 a snapshot is not changed in place once sync-rcu is off", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  const before = await treeOf(s.store);
  s.change();
  for (const hardlinks of ["yes", "no"]) {
    s.configure({ "sync-rcu": "no", "sync-allow-hardlinks": hardlinks });
    assertExit(await s.sync(), 10, /snapshot/);
    assertEquals(await treeOf(s.store), before);
  }
});

Deno.test("a migrated LOCATION never is missing to a reader, and has either the old tree or the new", async () => {
  await using s = await scenario();
  plainLocation(s);
  s.configure(s.rcu());
  const seen = new Set<string>();
  const path = `${s.location}/app-misc/foo/foo-1.ebuild`;
  let ended = false;
  const synced = s.sync().finally(() => ended = true);
  while (!ended) {
    for (let time = 0; time < 50; time++) seen.add(Deno.readTextFileSync(path));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  seen.add(Deno.readTextFileSync(path));
  assertExit(await synced, 0);
  assertEquals(seen.size, 2);
});

Deno.test("a directory below the plain LOCATION may be empty, and links in it are kept as they are", async () => {
  await using s = await scenario();
  Deno.mkdirSync(`${s.location}/empty/inner`, { recursive: true });
  Deno.symlinkSync("nowhere", `${s.location}/local`);
  const before = await treeOf(s.location);
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  assertEquals(await treeOf(s.snapshot(1)), before);
  assertEquals(Deno.readLinkSync(`${s.location}/local`), "nowhere");
  assert(!isDirectory(`${s.location}/empty`));
  assertNotEquals(inodeOf(`${s.location}/.`), inodeOf(s.snapshot(1)));
});
