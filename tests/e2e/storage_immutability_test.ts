import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { assertExit } from "../support/assert_exit.ts";
import { exists, inodeOf } from "../support/entries.ts";
import { assertMirrors } from "../support/mirrored.ts";
import { scenario } from "../support/scenario.ts";
import { testUnless, withoutRoot } from "../support/skip.ts";
import { treeOf } from "../support/tree_of.ts";
import { writeUpstream } from "../support/upstream_tree.ts";

const EBUILD = "app-misc/foo/foo-1.ebuild";
const XML = "app-misc/foo/metadata.xml";
const LATER = new Date("2024-02-02T02:02:02Z");

Deno.test("T99 a transfer that fails leaves the latest snapshot and its timestamp, and no staging tree", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  const before = await treeOf(s.snapshot(1));
  s.change((up) => writeUpstream(up, EBUILD, "EAPI=8\n"));
  s.wrapRsync({ transfer: "exit 25" });
  assertExit(await s.sync(), 13);
  assertEquals(Deno.readLinkSync(`${s.store}/latest`), "snapshots/1");
  assertEquals(await treeOf(s.snapshot(1)), before);
  assert(!exists(`${s.store}/update`));
  s.wrapRsync({});
  assertExit(await s.sync(), 0);
  await assertMirrors(s.location, s.up);
});

Deno.test("T100 a permission-only change makes a new file, and the old snapshot keeps its mode", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  const before = await treeOf(s.snapshot(1));
  s.change((up) => Deno.chmodSync(`${up}/${XML}`, 0o600));
  assertExit(await s.sync(), 0);
  assertEquals(await treeOf(s.snapshot(1)), before);
  await assertMirrors(s.location, s.up);
});

Deno.test("T101 an mtime-only change makes a new file, and the old snapshot keeps its time", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  const before = await treeOf(s.snapshot(1));
  s.change((up) => Deno.utimeSync(`${up}/${XML}`, LATER, LATER));
  assertExit(await s.sync(), 0);
  assertEquals(await treeOf(s.snapshot(1)), before);
  assertNotEquals(inodeOf(`${s.snapshot(1)}/${XML}`), inodeOf(`${s.snapshot(2)}/${XML}`));
  await assertMirrors(s.location, s.up);
});

testUnless(withoutRoot(), "an owner-only change makes a new file, and the old snapshot keeps its owner", async () => {
  await using s = await scenario();
  s.configure(s.rcu({ "sync-rsync-extra-opts": "--owner --group --numeric-ids" }));
  assertExit(await s.sync(), 0);
  const before = await treeOf(s.snapshot(1));
  s.change((up) => Deno.chownSync(`${up}/${XML}`, 12, 34));
  assertExit(await s.sync(), 0);
  assertEquals(await treeOf(s.snapshot(1)), before);
  const { uid, gid } = Deno.statSync(`${s.location}/${XML}`);
  assertEquals([uid, gid], [12, 34]);
});

/** What there is at a path, before and after a change upstream: a file's text, a link's target, a directory's files. */
type Thing =
  | { readonly file: string; readonly mode?: number }
  | { readonly link: string }
  | { readonly names: readonly string[]; readonly mode?: number }
  | undefined;

const CHANGES: Readonly<Record<string, readonly [before: Thing, after: Thing]>> = {
  "file-contents": [{ file: "old" }, { file: "quite new" }],
  "file-mode": [{ file: "same" }, { file: "same", mode: 0o640 }],
  "file-to-directory": [{ file: "old" }, { names: ["a", "b"] }],
  "file-to-link": [{ file: "old" }, { link: "file-mode" }],
  "file-to-nothing": [{ file: "old" }, undefined],
  "directory-to-file": [{ names: ["a", "b"] }, { file: "new" }],
  "directory-to-link": [{ names: ["a", "b"] }, { link: "file-mode" }],
  "directory-to-nothing": [{ names: ["a", "b"] }, undefined],
  "directory-mode": [{ names: ["a", "b"] }, { names: ["a", "b"], mode: 0o711 }],
  "directory-contents": [{ names: ["a", "b"] }, { names: ["b", "c"] }],
  "directory-to-empty": [{ names: ["a"] }, { names: [] }],
  "link-target": [{ link: "file-mode" }, { link: "directory-mode/a" }],
  "link-to-file": [{ link: "file-mode" }, { file: "new" }],
  "link-to-directory": [{ link: "directory-mode" }, { names: ["a"] }],
  "link-to-nothing": [{ link: "file-mode" }, undefined],
  "nothing-to-file": [undefined, { file: "new" }],
  "nothing-to-directory": [undefined, { names: ["a"] }],
};

function put(up: string, path: string, thing: Thing): void {
  if (exists(`${up}/${path}`)) Deno.removeSync(`${up}/${path}`, { recursive: true });
  if (thing === undefined) return;
  if ("link" in thing) return Deno.symlinkSync(thing.link, `${up}/${path}`);
  if ("file" in thing) writeUpstream(up, path, thing.file);
  else {
    Deno.mkdirSync(`${up}/${path}`);
    for (const name of thing.names) writeUpstream(up, `${path}/${name}`, `${name} of ${path}`);
  }
  if (thing.mode !== undefined) Deno.chmodSync(`${up}/${path}`, thing.mode);
}

for (const extra of ["", "--hard-links"]) {
  const how = extra === "" ? "by plan" : `in one pass for ${extra}`;
  Deno.test(`whatever changes upstream, synced ${how}, older snapshots are the same to the last bit and inode`, async () => {
    await using s = await scenario();
    s.configure(s.rcu({ "sync-rcu-spare-snapshots": "9", "sync-rsync-extra-opts": "" }));
    const bring = (at: 0 | 1) => (up: string) =>
      Object.entries(CHANGES).forEach(([path, things]) => put(up, path, things[at]));
    s.change(bring(0));
    assertExit(await s.sync(), 0);
    const before = await treeOf(s.snapshot(1));
    s.configure(s.rcu({ "sync-rcu-spare-snapshots": "9", "sync-rsync-extra-opts": extra }));
    s.change(bring(1));
    assertExit(await s.sync(), 0);
    assertEquals(await treeOf(s.snapshot(1)), before);
    await assertMirrors(s.location, s.up);
    s.change(bring(0));
    const second = await treeOf(s.snapshot(2));
    assertExit(await s.sync(), 0);
    assertEquals(await treeOf(s.snapshot(1)), before);
    assertEquals(await treeOf(s.snapshot(2)), second);
    await assertMirrors(s.location, s.up);
  });
}

Deno.test("a snapshot made from the reserve is what a clone would be, and no other one changes", async () => {
  await using s = await scenario();
  s.configure(s.rcu({ "sync-rcu-spare-snapshots": "1", "sync-rcu-ttl-days": "0" }));
  const bring = (at: 0 | 1) => (up: string) =>
    Object.entries(CHANGES).forEach(([path, things]) => put(up, path, things[at]));
  s.change();
  assertExit(await s.sync(), 0);
  for (const at of [0, 1, 0, 1] as const) {
    const latest = Deno.realPathSync(s.location);
    const before = await treeOf(latest);
    s.change(bring(at));
    assertExit(await s.sync(), 0);
    assertEquals(await treeOf(latest), before);
    await assertMirrors(s.location, s.up);
  }
  assertEquals(s.snapshots(), ["4", "5"]);
});
