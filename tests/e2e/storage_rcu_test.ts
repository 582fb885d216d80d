import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { assertExit } from "../support/assert_exit.ts";
import { exists, inodeOf, namesIn } from "../support/entries.ts";
import { assertMirrors } from "../support/mirrored.ts";
import { scenario } from "../support/scenario.ts";
import { treeOf } from "../support/tree_of.ts";
import { stamp, upstreamTree, writeUpstream } from "../support/upstream_tree.ts";

const EBUILD = "app-misc/foo/foo-1.ebuild";

Deno.test("T80 the first sync makes LOCATION a link to STORE/latest, which is a relative link to a snapshot", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  assertEquals(Deno.readLinkSync(s.location), `${s.store}/latest`);
  assertEquals(Deno.readLinkSync(`${s.store}/latest`), "snapshots/1");
  assertEquals(namesIn(s.store), [".rcusync", "latest", "snapshots"]);
  assertEquals(s.snapshots(), ["1"]);
  assertEquals(namesIn(s.path).filter((name) => name.includes("loc")), ["loc"]);
  await assertMirrors(s.location, s.up);
});

Deno.test("T80 LOCATION as an empty directory becomes the link too", async () => {
  await using s = await scenario();
  Deno.mkdirSync(s.location);
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  assertEquals(Deno.readLinkSync(s.location), `${s.store}/latest`);
  assertEquals(s.snapshots(), ["1"]);
});

Deno.test("T80 sync-rcu-link-style = relative gives a link that survives a move of both", async () => {
  await using s = await scenario();
  const [location, store] = [`${s.path}/system/var/db/repos/demo`, `${s.path}/system/var/db/store`];
  s.configure(s.rcu({ location, "sync-rcu-store-dir": store, "sync-rcu-link-style": "relative" }));
  assertExit(await s.sync(), 0);
  assertEquals(Deno.readLinkSync(location), "../store/latest");
  Deno.renameSync(`${s.path}/system`, `${s.path}/moved`);
  await assertMirrors(`${s.path}/moved/var/db/repos/demo`, s.up);
});

Deno.test("T81 neighbouring snapshots share what did not change, and the old one stays as it was", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  s.change();
  assertExit(await s.sync(), 0);
  const before = await treeOf(s.snapshot(2));
  s.change((up) => writeUpstream(up, EBUILD, "EAPI=8\nSLOT=1\n"));
  assertExit(await s.sync(), 0);
  assertEquals(s.snapshots(), ["1", "2", "3"]);
  for (const path of ["app-misc/foo/metadata.xml", "profiles/repo_name", "metadata/layout.conf"]) {
    assertEquals(inodeOf(`${s.snapshot(2)}/${path}`), inodeOf(`${s.snapshot(3)}/${path}`), path);
  }
  assertEquals(inodeOf(`${s.snapshot(1)}/${EBUILD}`), inodeOf(`${s.snapshot(2)}/${EBUILD}`));
  assertNotEquals(inodeOf(`${s.snapshot(2)}/${EBUILD}`), inodeOf(`${s.snapshot(3)}/${EBUILD}`));
  assertEquals(await treeOf(s.snapshot(2)), before);
  await assertMirrors(s.location, s.up);
});

Deno.test("T83 a plain LOCATION that is up to date stays a directory, and no store appears", async () => {
  await using s = await scenario();
  upstreamTree(s.location);
  const before = await treeOf(s.location);
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  assertEquals(await treeOf(s.location), before);
  assert(!exists(s.store));
});

Deno.test("the next sync removes what was written beside a note and not renamed over it", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertEquals((await s.sync()).code, 0);
  const notes = ["staging.json", "migration.json", "keys.pgp", "key_refresh.json", "accepted.json", "last_sync.json"];
  for (const name of notes) Deno.writeTextFileSync(`${s.store}/.rcusync/${name}.new`, "torn");
  assertEquals((await s.sync(["--force"])).code, 0);
  assertEquals(namesIn(`${s.store}/.rcusync`).filter((name) => name.endsWith(".new")), []);
});

Deno.test("T85 a deleted store is filled again under an unchanged LOCATION", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  const link = inodeOf(s.location);
  Deno.removeSync(s.store, { recursive: true });
  assertExit(await s.sync(), 0);
  assertEquals(s.snapshots(), ["1"]);
  assertEquals([Deno.readLinkSync(s.location), inodeOf(s.location)], [`${s.store}/latest`, link]);
  await assertMirrors(s.location, s.up);
});

for (const left of ["no entry", "an empty directory"]) {
  Deno.test(`T86 a deleted latest, with ${left} in its place, gets the next number and a full tree`, async () => {
    await using s = await scenario();
    s.configure(s.rcu());
    assertExit(await s.sync(), 0);
    Deno.removeSync(`${s.store}/latest`);
    if (left !== "no entry") Deno.mkdirSync(`${s.store}/latest`);
    assertExit(await s.sync(), 0);
    assertEquals(Deno.readLinkSync(`${s.store}/latest`), "snapshots/2");
    assertEquals(s.snapshots(), ["1", "2"]);
    await assertMirrors(s.location, s.up);
    await assertMirrors(s.snapshot(1), s.up);
  });
}

Deno.test("T87 a deleted latest snapshot is followed by the next number, and its own is not used again", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  Deno.removeSync(s.snapshot(1), { recursive: true });
  assertExit(await s.sync(), 0);
  assertEquals(s.snapshots(), ["2"]);
  await assertMirrors(s.location, s.up);

  s.change();
  assertExit(await s.sync(), 0);
  Deno.removeSync(s.snapshot(3), { recursive: true });
  assertExit(await s.sync(), 0);
  assertEquals(s.snapshots(), ["2", "4"]);
  await assertMirrors(s.location, s.up);
});

Deno.test("T88 LOCATION as a link to another tree is replaced, and that tree is left alone", async () => {
  await using s = await scenario();
  upstreamTree(`${s.path}/other/r`);
  const before = await treeOf(`${s.path}/other`);
  Deno.symlinkSync("other/r", s.location);
  s.configure(s.rcu());
  s.change();
  assertExit(await s.sync(), 0);
  assertEquals(s.snapshots(), ["1"]);
  assertEquals(Deno.readLinkSync(s.location), `${s.store}/latest`);
  assertEquals(await treeOf(`${s.path}/other`), before);
});

Deno.test("T88 LOCATION as a dangling link is replaced, and what it names is not created", async () => {
  await using s = await scenario();
  Deno.symlinkSync("other/r", s.location);
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  assertEquals(s.snapshots(), ["1"]);
  assertEquals(Deno.readLinkSync(s.location), `${s.store}/latest`);
  assert(!exists(`${s.path}/other`));
});

Deno.test("T89 a removed LOCATION is linked again, with a change upstream and without", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  Deno.removeSync(s.location);
  s.change();
  assertExit(await s.sync(), 0);
  assertEquals(Deno.readLinkSync(s.location), `${s.store}/latest`);
  Deno.removeSync(s.location);
  assertExit(await s.sync(), 0);
  assertEquals(Deno.readLinkSync(s.location), `${s.store}/latest`);
  assertEquals(s.snapshots(), ["1", "2"]);
  assertEquals(namesIn(s.path).filter((name) => name.includes("loc")), ["loc"]);
});

Deno.test("T89 a LOCATION that leads elsewhere while the store is up to date is linked again", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  for (const target of ["nowhere", s.root]) {
    Deno.removeSync(s.location);
    Deno.symlinkSync(target, s.location);
    assertExit(await s.sync(), 0);
    assertEquals(Deno.readLinkSync(s.location), `${s.store}/latest`);
  }
  assertEquals(s.snapshots(), ["1"]);
});

Deno.test("T91 a location with a slash at its end works like one without", async () => {
  await using s = await scenario();
  upstreamTree(s.location);
  s.change();
  s.configure(s.rcu({ location: `${s.location}/` }));
  assertExit(await s.sync(), 0);
  s.change();
  assertExit(await s.sync(), 0);
  assertEquals(Deno.readLinkSync(s.location), `${s.store}/latest`);
  assertEquals(s.snapshots(), ["1", "2", "3"]);
  await assertMirrors(s.location, s.up);
});

Deno.test("T96 a name in snapshots that is no number is passed over", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  writeUpstream(s.store, "snapshots/foo/file", "mine");
  s.change();
  assertExit(await s.sync(), 0);
  assertEquals(s.snapshots(), ["1", "2", "foo"]);
  assertEquals(Deno.readTextFileSync(`${s.store}/snapshots/foo/file`), "mine");
  assert(!exists(`${s.store}/update`));
});

Deno.test("T97 odd names in snapshots neither count nor get removed, and a file's number is not used", async () => {
  await using s = await scenario();
  s.configure(s.rcu({ "sync-rcu-ttl-days": "0", "sync-rcu-spare-snapshots": "0" }));
  assertExit(await s.sync(), 0);
  for (const name of ["007", "-5", "1_0"]) Deno.mkdirSync(`${s.store}/snapshots/${name}`);
  Deno.writeTextFileSync(`${s.store}/snapshots/2`, "a file");
  s.change();
  assertExit(await s.sync(), 0);
  assertEquals(s.snapshots(), ["-5", "007", "1_0", "2", "3"]);
  assertEquals(Deno.readLinkSync(`${s.store}/latest`), "snapshots/3");
});

Deno.test("T103 LOCATION as a link to the snapshot itself leads to STORE/latest after a change", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  Deno.removeSync(s.location);
  Deno.symlinkSync(s.snapshot(1), s.location);
  s.change();
  assertExit(await s.sync(), 0);
  assertEquals(Deno.readLinkSync(s.location), `${s.store}/latest`);
});

Deno.test("T103 LOCATION as another link to STORE/latest keeps its text", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  Deno.removeSync(s.location);
  Deno.symlinkSync("store/latest", s.location);
  s.change();
  assertExit(await s.sync(), 0);
  assertEquals(Deno.readLinkSync(s.location), "store/latest");
  await assertMirrors(s.location, s.up);
});

Deno.test("T107 who resolved LOCATION before a sync keeps the old tree", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  const mine = Deno.realPathSync(s.location);
  using file = Deno.openSync(`${s.location}/${EBUILD}`);
  const before = await treeOf(mine);
  s.change((up) => writeUpstream(up, EBUILD, "new"));
  assertExit(await s.sync(), 0);
  assertEquals(await treeOf(mine), before);
  assertEquals(file.statSync().ino, inodeOf(`${mine}/${EBUILD}`));
  assertEquals(Deno.readTextFileSync(`${s.location}/${EBUILD}`), "new");
});

Deno.test("a mirror that goes back in time changes nothing", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  s.change();
  assertExit(await s.sync(), 0);
  const before = await treeOf(`${s.store}/snapshots`);
  stamp(s.up, 1_600_000_000);
  assertExit(await s.sync(), 13, /older/);
  assertEquals(await treeOf(`${s.store}/snapshots`), before);
});
