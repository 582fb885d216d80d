import { assert, assertEquals } from "@std/assert";
import { assertExit } from "../support/assert_exit.ts";
import { exists } from "../support/entries.ts";
import { scenario } from "../support/scenario.ts";
import { testUnless, withoutRoot } from "../support/skip.ts";
import { treeOf } from "../support/tree_of.ts";
import { upstreamTree, writeUpstream } from "../support/upstream_tree.ts";

Deno.test("T33 a repository whose store is not named is refused, and LOCATION is not created", async () => {
  await using s = await scenario();
  s.configure({ "sync-rcu": "yes" });
  assertExit(await s.sync(), 10, /sync-rcu-store-dir/);
  assert(!exists(s.location));
});

Deno.test("T90 a populated directory in LOCATION's place is refused before anything is downloaded", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  Deno.removeSync(s.location);
  upstreamTree(s.location);
  const before = await treeOf(s.location);
  s.change();
  s.wrapRsync({});
  assertExit(await s.sync(), 14, /store has snapshots already[^]*move/);
  assertEquals(s.calls(), []);
  assertEquals(s.snapshots(), ["1"]);
  assertEquals(await treeOf(s.location), before);
});

for (const [where, below] of [["below", "/.store"], ["equal to", ""], ["above", "/.."]] as const) {
  Deno.test(`T93 a store ${where} LOCATION is refused, and no data is lost`, async () => {
    await using s = await scenario();
    const location = `${s.path}/repos/loc`;
    upstreamTree(location);
    const before = await treeOf(`${s.path}/repos`);
    s.change();
    s.configure(s.rcu({ location, "sync-rcu-store-dir": `${location}${below}` }));
    assertExit(await s.sync(), 10);
    assertEquals(await treeOf(`${s.path}/repos`), before);
  });
}

Deno.test("T94 one store for two repositories is refused for both", async () => {
  await using s = await scenario();
  const base = { "sync-type": "rsync", "sync-uri": s.uri, ...s.rcu() };
  s.writeSections({ a: { location: `${s.path}/a`, ...base }, b: { location: `${s.path}/b`, ...base } });
  const result = await s.sync();
  assertExit(result, 10, /share the store/);
  for (const path of [s.store, `${s.path}/a`, `${s.path}/b`]) assert(!exists(path), path);
});

Deno.test("T95 a relative store is refused", async () => {
  await using s = await scenario();
  s.configure(s.rcu({ "sync-rcu-store-dir": "st" }));
  assertExit(await s.sync(), 10, /absolute/);
  for (const path of [s.location, `${s.path}/st`]) assert(!exists(path), path);
});

Deno.test("T102 options that write into shared files are refused, and old snapshots stay", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  const before = await treeOf(s.snapshot(1));
  s.change((up) => writeUpstream(up, "app-misc/foo/foo-1.ebuild", "EAPI=8\n"));
  for (const option of ["--inplace", "--append"]) {
    s.configure(s.rcu({ "sync-rsync-extra-opts": option }));
    assertExit(await s.sync(), 10, new RegExp(option));
  }
  assertEquals(s.snapshots(), ["1"]);
  assertEquals(await treeOf(s.snapshot(1)), before);
});

Deno.test("T108 a populated directory in latest's place is refused before anything is downloaded", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  upstreamTree(`${s.store}/latest`);
  Deno.mkdirSync(`${s.store}/snapshots`);
  Deno.symlinkSync(`${s.store}/latest`, s.location);
  const before = await treeOf(s.store);
  s.change();
  s.wrapRsync({});
  assertExit(await s.sync(), 14, /latest[^]*Move it away/);
  assertEquals(s.calls(), []);
  assertEquals(await treeOf(s.store), before);
});

Deno.test("a store directory with files of somebody else is refused", async () => {
  await using s = await scenario();
  writeUpstream(s.store, "thesis.tex", "precious");
  s.configure(s.rcu());
  assertExit(await s.sync(), 10, /thesis\.tex/);
  assertEquals(Deno.readTextFileSync(`${s.store}/thesis.tex`), "precious");
  assert(!exists(s.location));
});

Deno.test("LOCATION as a plain file is refused and kept", async () => {
  await using s = await scenario();
  Deno.writeTextFileSync(s.location, "a file");
  for (const options of [s.rcu(), {}, { "sync-allow-hardlinks": "no" }]) {
    s.configure(options);
    assertExit(await s.sync(), 10);
    assertEquals(Deno.readTextFileSync(s.location), "a file");
  }
});

testUnless(withoutRoot(), "a store that others can write to is refused", async () => {
  await using s = await scenario();
  Deno.mkdirSync(s.store);
  s.configure(s.rcu());
  Deno.chmodSync(s.store, 0o777);
  assertExit(await s.sync(), 14, /writable by everybody/);
  Deno.chmodSync(s.store, 0o755);
  Deno.chownSync(s.store, 33, 33);
  assertExit(await s.sync(), 14, /belongs to user 33/);
  assertEquals([...Deno.readDirSync(s.store)], []);
});
