import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { Fault } from "../../lib/base/fault.ts";
import { thisMachine } from "../../lib/host/this_machine.ts";
import { exists, inodeOf } from "../support/entries.ts";
import { withoutRoot } from "../support/skip.ts";
import { finished, lockNow, stage, STORAGE_KINDS, storagePlace, syncOnce } from "../support/storages.ts";
import { type TreeEntry, treeOf } from "../support/tree_of.ts";
import { stamp, upstreamTree, writeUpstream } from "../support/upstream_tree.ts";

const EBUILD = "app-misc/foo/foo-1.ebuild";
const XML = "app-misc/foo/metadata.xml";
const CHK = "metadata/timestamp.chk";
const LATER = new Date("2024-02-02T02:02:02.250Z");

/** What a sync does: it never writes to a file, but puts a new one in its place. */
function change(dir: string): void {
  writeUpstream(dir, EBUILD, "EAPI=8\nSLOT=5\n", LATER);
  Deno.removeSync(`${dir}/eclass`);
  writeUpstream(dir, "profiles/package.mask", "# nothing\n");
  stamp(dir, 1_700_000_060);
}

for (const kind of STORAGE_KINDS) {
  Deno.test(`${kind}: nothing is published before the first commit, and then all of the update is`, async () => {
    using place = storagePlace(kind);
    const storage = place.storage();
    await using _lock = await lockNow(storage);
    assertEquals(await storage.recover(), []);
    const dir = await stage(storage, upstreamTree);
    assertEquals(storage.currentUpdate, dir);
    if (!storage.direct) assert(!exists(`${place.location}/profiles`));
    const update = await treeOf(dir);
    const { tree } = await storage.commitUpdate(finished(storage));
    assertEquals(storage.currentUpdate, undefined);
    assertEquals([storage.published, Deno.realPathSync(place.location)], [tree, tree]);
    assertEquals(withoutInodes(await treeOf(tree)), withoutInodes(update));
    assertEquals(await storage.garbageCollection(), { removed: [], notes: [], warnings: [] });
  });

  Deno.test(`${kind}: modes, owners and times are kept from update to update, to the millisecond`, async () => {
    using place = storagePlace(kind);
    const storage = place.storage();
    await syncOnce(storage, (dir) => {
      upstreamTree(dir);
      writeUpstream(dir, "script", "#!/bin/sh\n", LATER);
      Deno.chmodSync(`${dir}/script`, 0o751);
      Deno.chmodSync(`${dir}/profiles`, 0o711);
      Deno.symlinkSync("script", `${dir}/link`);
      if (withoutRoot() === undefined) {
        Deno.chownSync(`${dir}/profiles`, 12, 34);
        Deno.chownSync(`${dir}/script`, 56, 78);
      }
      Deno.utimeSync(`${dir}/profiles`, LATER, LATER);
    });
    const before = await treeOf(place.location + "/.");
    await syncOnce(storage, (dir) => stamp(dir, 1_700_000_060));
    const after = await treeOf(place.location + "/.");
    for (const path of ["profiles", "script", "link", "app-misc/foo", XML]) {
      assertEquals({ ...after.get(path), ino: 0 }, { ...before.get(path), ino: 0 }, path);
    }
    for (const path of ["script", "link", XML]) assertEquals(after.get(path)?.ino, before.get(path)?.ino, path);
  });

  Deno.test(`${kind}: an aborted update leaves no trace in what is published`, async () => {
    using place = storagePlace(kind);
    await syncOnce(place.storage(), upstreamTree);
    const storage = place.storage();
    await using _lock = await lockNow(storage);
    const before = await treeOf(Deno.realPathSync(place.location));
    await stage(storage, storage.direct ? (dir) => stamp(dir, 1_700_000_060) : change);
    await storage.abortUpdate();
    assertEquals(storage.currentUpdate, undefined);
    const after = await treeOf(Deno.realPathSync(place.location));
    if (storage.direct) assertEquals(withoutTimes(after, "metadata", CHK), withoutTimes(before, "metadata", CHK));
    else assertEquals(withoutTimes(after, "."), withoutTimes(before, "."));
    await storage.abortUpdate();
    assertEquals(await storage.recover(), []);
  });

  Deno.test(`${kind}: a rejected update leaves no trace in what is published`, async () => {
    using place = storagePlace(kind);
    await syncOnce(place.storage(), upstreamTree);
    const storage = place.storage();
    await using _lock = await lockNow(storage);
    const before = await treeOf(Deno.realPathSync(place.location));
    const dir = await stage(storage, storage.direct ? (dir) => stamp(dir, 1_700_000_060) : change);
    const update = withoutInodes(await treeOf(dir));
    const report = { schema: 1, rejected: "2026-01-02T03:04:05Z", uri: "", problemCount: 0, problems: [] } as const;
    const kept = await storage.rejectUpdate(report);
    assertEquals([storage.currentUpdate, kept === undefined], [undefined, storage.direct]);
    if (kept !== undefined) assertEquals(withoutInodes(await treeOf(kept)), update);
    if (kind === "hardlink_quarantine") await storage.recover();
    const after = await treeOf(Deno.realPathSync(place.location));
    if (storage.direct) assertEquals(withoutTimes(after, "metadata", CHK), withoutTimes(before, "metadata", CHK));
    else assertEquals(withoutTimes(after, "."), withoutTimes(before, "."));
    if (kind === "hardlink_rcu") assertEquals((await storage.garbageCollection()).notes.length, 1);
    if (kept !== undefined) assertEquals(exists(kept), false);
  });

  Deno.test(`${kind}: a second writer is told who holds the lock, or gets it when the first is done`, async () => {
    using place = storagePlace(kind);
    const storage = place.storage();
    const lock = await lockNow(storage);
    const fault = await assertRejects(() => lockNow(place.storage()), Fault, "is locked by");
    assertEquals(fault.kind, "locked");
    const told: string[] = [];
    const { signal } = new AbortController();
    const waiting = place.storage().lock({ waitSeconds: 60, signal, onWait: (holder) => told.push(holder) });
    await lock[Symbol.asyncDispose]();
    await using _second = await waiting;
    assertEquals(told.length, 1);
    await assertRejects(() => lockNow(storage), Fault, "is locked by");
  });

  Deno.test(`${kind}: what an abandoned update left is put in order, once`, async () => {
    using place = storagePlace(kind);
    await syncOnce(place.storage(), upstreamTree);
    {
      const killed = place.storage();
      await using _lock = await lockNow(killed);
      await stage(killed, change);
    }
    const storage = place.storage();
    await using _lock = await lockNow(storage);
    await storage.recover();
    const once = await treeOf(place.path);
    assertEquals(await storage.recover(), []);
    assertEquals(withoutTimes(await treeOf(place.path), "."), withoutTimes(once, "."));
    const published = Deno.realPathSync(place.location);
    if (!storage.direct) assertEquals(Deno.readTextFileSync(`${published}/${XML}`), "hello");
    // In place the tree is half-done, and must not pass for a whole one.
    if (!storage.direct) assertEquals(Deno.statSync(`${published}/${CHK}`).mtime?.getTime(), 1_700_000_000_000);
    await stage(storage, (dir) => {
      upstreamTree(dir);
      stamp(dir, 1_700_000_120);
    });
    await storage.commitUpdate(finished(storage));
    assertEquals(Deno.statSync(`${place.location}/${CHK}`).mtime?.getTime(), 1_700_000_120_000);
  });

  Deno.test(`${kind}: a commit or an abort that comes without an update is no damage`, async () => {
    using place = storagePlace(kind);
    await syncOnce(place.storage(), upstreamTree);
    const storage = place.storage();
    await using _lock = await lockNow(storage);
    const before = await treeOf(Deno.realPathSync(place.location));
    await storage.abortUpdate();
    if (!storage.direct) {
      await assertRejects(() => storage.commitUpdate({ changes: [], uri: "", verified: false }), Fault);
    }
    assertEquals(withoutTimes(await treeOf(Deno.realPathSync(place.location)), "."), withoutTimes(before, "."));
  });
}

for (const kind of STORAGE_KINDS.filter((kind) => kind !== "inplace")) {
  Deno.test(`${kind}: an update shares every file with what is published, or none when told so`, async () => {
    using place = storagePlace(kind);
    await syncOnce(place.storage(), upstreamTree);
    const storage = place.storage();
    await using _lock = await lockNow(storage);
    const published = Deno.realPathSync(place.location);
    const shared = await stage(storage, () => {});
    assertEquals(inodeOf(`${shared}/${XML}`), inodeOf(`${published}/${XML}`));
    await storage.abortUpdate();
    const own = await stage(storage, () => {}, { unshared: true });
    assertNotEquals(inodeOf(`${own}/${XML}`), inodeOf(`${published}/${XML}`));
    Deno.writeTextFileSync(`${own}/${XML}`, "written through");
    assertEquals(Deno.readTextFileSync(`${published}/${XML}`), "hello");
  });
}

Deno.test("T73 quarantine: a commit that fails at its first step leaves the old tree, and the next sync succeeds", async () => {
  using place = storagePlace("hardlink_quarantine");
  await syncOnce(place.storage(), upstreamTree);
  const before = await treeOf(place.location);
  const machine = thisMachine();
  const files = { ...machine.files, flush: () => Promise.reject(new Error("injected")) };
  {
    const storage = place.storage({ system: { ...machine, files } });
    await using _lock = await lockNow(storage);
    await stage(storage, change);
    await assertRejects(() => storage.commitUpdate(finished(storage)), Error, "injected");
  }
  const left = [...await treeOf(place.location)].filter(([path]) => !path.startsWith(".tmp"));
  assertEquals(withoutTimes(new Map(left), "."), withoutTimes(before, "."));
  await syncOnce(place.storage(), change);
  assertEquals(Deno.readTextFileSync(`${place.location}/${EBUILD}`), "EAPI=8\nSLOT=5\n");
  assert(!exists(`${place.location}/.tmp-unverified-download-quarantine`));
});

/** A tree but for inodes and times of some entries: of directories in which something came and went. */
function withoutTimes(tree: ReadonlyMap<string, TreeEntry>, ...paths: readonly string[]): Map<string, TreeEntry> {
  return new Map(
    [...tree].map(([path, entry]) => [path, paths.includes(path) ? { ...entry, ino: 0, mtimeMs: 0 } : entry]),
  );
}

/** A tree but for inodes, and for the time of its root, which is its publication. */
function withoutInodes(tree: ReadonlyMap<string, TreeEntry>): Map<string, TreeEntry> {
  return new Map([...withoutTimes(tree, ".")].map(([path, entry]) => [path, { ...entry, ino: 0 }]));
}
