import { assert, assertEquals } from "@std/assert";
import { assertExit } from "../support/assert_exit.ts";
import { exists, inodeOf, namesIn } from "../support/entries.ts";
import { assertMirrors } from "../support/mirrored.ts";
import { scenario } from "../support/scenario.ts";
import { testUnless, withoutRoot } from "../support/skip.ts";
import { treeOf } from "../support/tree_of.ts";
import { writeUpstream } from "../support/upstream_tree.ts";

const QUARANTINE = ".tmp-unverified-download-quarantine";
const EBUILD = "app-misc/foo/foo-1.ebuild";
const XML = "app-misc/foo/metadata.xml";
const IN_PLACE = { "sync-allow-hardlinks": "no" } as const;

Deno.test("T70 quarantine keeps the host's own directories, removes strangers and a stale quarantine", async () => {
  await using s = await scenario();
  s.configure();
  assertExit(await s.sync(), 0);
  const own = ["distfiles", "local", "lost+found", "packages"];
  for (const name of [...own, ".git2", QUARANTINE]) writeUpstream(s.location, `${name}/mine`, "mine");
  writeUpstream(s.location, "stray", "stray");
  const inode = inodeOf(`${s.location}/${XML}`);
  s.change((up) => writeUpstream(up, EBUILD, "EAPI=8\n"));
  assertExit(await s.sync(), 0);
  for (const name of own) assertEquals(Deno.readTextFileSync(`${s.location}/${name}/mine`), "mine", name);
  for (const name of [".git2", "stray", QUARANTINE]) assert(!exists(`${s.location}/${name}`), name);
  assertEquals(inodeOf(`${s.location}/${XML}`), inode);
  for (const name of own) Deno.removeSync(`${s.location}/${name}`, { recursive: true });
  await assertMirrors(s.location, s.up);
});

for (const options of [{}, IN_PLACE]) {
  const kind = "sync-allow-hardlinks" in options ? "in place" : "quarantine";
  Deno.test(`T71 ${kind}: LOCATION as a link stays one, and what it leads to is filled`, async () => {
    await using s = await scenario();
    Deno.mkdirSync(`${s.path}/real`);
    Deno.symlinkSync("real", s.location);
    s.configure(options);
    assertExit(await s.sync(), 0);
    assertEquals(Deno.readLinkSync(s.location), "real");
    await assertMirrors(`${s.path}/real`, s.up);
  });

  Deno.test(`${kind}: a new LOCATION is made with its parents, and a second sync finds nothing to do`, async () => {
    await using s = await scenario();
    const location = `${s.path}/var/db/repos/demo`;
    s.configure({ ...options, location });
    assertExit(await s.sync(), 0);
    await assertMirrors(location, s.up);
    assertEquals([`${s.path}/var`, `${s.path}/var/db/repos`, location].map(modeOf), [0o755, 0o755, 0o755]);
    const before = await treeOf(location);
    assertExit(await s.sync(), 0);
    assertEquals(await treeOf(location), before);
  });
}

Deno.test("T72 quarantine: a transfer that fails leaves LOCATION as it was, its timestamp too, and no quarantine", async () => {
  await using s = await scenario();
  s.configure();
  assertExit(await s.sync(), 0);
  const before = await contentsOf(s.location);
  s.change((up) => writeUpstream(up, EBUILD, "EAPI=8\n"));
  s.wrapRsync({ transfer: "exit 23" });
  assertExit(await s.sync(), 13);
  assertEquals(await contentsOf(s.location), before);
  assert(!exists(`${s.location}/${QUARANTINE}`));
});

Deno.test("T74 in place: a transfer that fails after a part of it is made good by the next sync", async () => {
  await using s = await scenario();
  s.configure(IN_PLACE);
  s.change((up) => writeUpstream(up, "profiles/gone", "gone"));
  assertExit(await s.sync(), 0);
  s.change((up) => {
    Deno.removeSync(`${up}/profiles/gone`);
    writeUpstream(up, EBUILD, "EAPI=8\n");
  });
  s.configure({ ...IN_PLACE, "sync-rsync-extra-opts": "--max-delete=0" });
  assertExit(await s.sync(), 13);
  assertEquals(Deno.readTextFileSync(`${s.location}/${EBUILD}`), "EAPI=8\n");
  assert(exists(`${s.location}/profiles/gone`));
  s.configure(IN_PLACE);
  assertExit(await s.sync(), 0);
  await assertMirrors(s.location, s.up);
});

Deno.test("T75 quarantine: a mode that changed upstream does not reach LOCATION by a transfer that fails", async () => {
  await using s = await scenario();
  s.configure();
  assertExit(await s.sync(), 0);
  const before = await contentsOf(s.location);
  s.change((up) => Deno.chmodSync(`${up}/${XML}`, 0o666));
  s.wrapRsync({ transfer: '"$RSYNC" "$@"; exit 11' });
  assertExit(await s.sync(), 13);
  assertEquals(await contentsOf(s.location), before);
  s.wrapRsync({});
  assertExit(await s.sync(), 0);
  assertEquals(modeOf(`${s.location}/${XML}`), 0o666);
});

testUnless(withoutRoot(), "4.2 quarantine keeps the owner of LOCATION, and its mode follows the mirror's", async () => {
  await using s = await scenario();
  s.configure();
  assertExit(await s.sync(), 0);
  Deno.chownSync(s.location, 33, 34);
  Deno.chmodSync(s.up, 0o750);
  s.change();
  assertExit(await s.sync(), 0);
  const { uid, gid } = Deno.statSync(s.location);
  assertEquals([uid, gid, modeOf(s.location)], [33, 34, 0o750]);
});

testUnless(
  withoutRoot(),
  "4.3 snapshots has owner and mode of the store, and a new root those of the one before",
  async () => {
    await using s = await scenario();
    Deno.mkdirSync(s.store);
    Deno.chownSync(s.store, 0, 34);
    Deno.chmodSync(s.store, 0o2750);
    s.configure(s.rcu());
    assertExit(await s.sync(), 0);
    const { uid, gid } = Deno.statSync(`${s.store}/snapshots`);
    assertEquals([uid, gid, modeOf(`${s.store}/snapshots`)], [0, 34, 0o2750]);
    Deno.chownSync(s.snapshot(1), 33, 60);
    s.change();
    assertExit(await s.sync(), 0);
    const root = Deno.statSync(s.snapshot(2));
    assertEquals([root.uid, root.gid], [33, 60]);
  },
);

Deno.test("4.3 a snapshot can be read by all and written by few, whatever mode the mirror's root has", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  Deno.chmodSync(s.up, 0o700);
  assertExit(await s.sync(), 0);
  assertEquals(modeOf(s.snapshot(1)), 0o755);
  Deno.chmodSync(s.up, 0o777);
  s.change();
  assertExit(await s.sync(), 0);
  assertEquals(modeOf(s.snapshot(2)), 0o775);
  s.change();
  assertExit(await s.sync(), 0);
  assertExit(await s.sync(), 0);
  assertEquals(namesIn(`${s.store}/snapshots`), ["1", "2", "3"]);
});

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o7777;
}

/** A tree without the times of its root, in which a quarantine came and went. */
async function contentsOf(dir: string) {
  const tree = await treeOf(dir);
  tree.delete(".");
  return tree;
}
