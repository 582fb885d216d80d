import { assert, assertEquals } from "@std/assert";
import { thisMachine } from "../../lib/host/this_machine.ts";
import { exists, namesIn, setAge } from "../support/entries.ts";
import { finished, lockNow, stage, storagePlace, syncOnce } from "../support/storages.ts";
import { copyOf, treeOf } from "../support/tree_of.ts";
import { stamp, upstreamTree, writeUpstream } from "../support/upstream_tree.ts";
import { showingOnly } from "../support/visible_processes.ts";

const CHK = "metadata/timestamp.chk";
const LATEST_ALONE = { ttlDays: 0, spareSnapshots: 0 } as const;

Deno.test("hardlink_rcu: the reserve becomes what a clone of the latest snapshot would be, of the same inodes", async () => {
  using place = storagePlace("hardlink_rcu");
  const system = showingOnly(thisMachine(), [Deno.pid]);
  const options = { system, ttlDays: 0, spareSnapshots: 1 };
  await syncOnce(place.storage(options), upstreamTree);
  for (
    const edit of [
      (dir: string) => writeUpstream(dir, "profiles/new/deep/file", "new"),
      (dir: string) => Deno.removeSync(`${dir}/profiles/new/deep`, { recursive: true }),
      (dir: string) => {
        Deno.removeSync(`${dir}/profiles/new`, { recursive: true });
        Deno.symlinkSync("eapi", `${dir}/profiles/new`);
      },
      (dir: string) => {
        Deno.removeSync(`${dir}/profiles/new`);
        writeUpstream(dir, "profiles/new/again", "new");
        Deno.chmodSync(`${dir}/profiles/new`, 0o711);
      },
    ]
  ) {
    await syncOnce(place.storage(options), edit);
  }
  assertEquals(namesIn(`${place.store}/.rcusync/reserve`), ["3"]);
  const storage = place.storage(options);
  await using _lock = await lockNow(storage);
  const latest = await treeOf(Deno.realPathSync(place.location));
  const dir = await stage(storage, () => {});
  assert(!exists(`${place.store}/.rcusync/reserve/3`));
  assertEquals(comparable(await treeOf(dir)), comparable(latest));
  assertEquals(await treeOf(Deno.realPathSync(place.location)), latest);
});

Deno.test("hardlink_rcu: no snapshot becomes the reserve where not every process can be looked into", async () => {
  using place = storagePlace("hardlink_rcu");
  const machine = thisMachine();
  const readLink = (path: string) => {
    if (path === `/proc/${Deno.ppid}/cwd`) throw Object.assign(new Error("EACCES"), { code: "EACCES" });
    return machine.files.readLink(path);
  };
  const system = { ...machine, files: { ...machine.files, readLink } };
  for (let time = 0; time < 3; time++) {
    await syncOnce(
      place.storage({ system, ...LATEST_ALONE }),
      (dir) => time === 0 ? upstreamTree(dir) : stampAt(dir, time),
    );
  }
  assertEquals(namesIn(`${place.store}/snapshots`), ["3"]);
  assertEquals(namesIn(`${place.store}/.rcusync/reserve`), []);
});

Deno.test("hardlink_rcu: a snapshot that gets a reader while it is retired goes back", async () => {
  using place = storagePlace("hardlink_rcu");
  await syncOnce(place.storage(), upstreamTree);
  await syncOnce(place.storage(), (dir) => stampAt(dir, 1));
  const before = await treeOf(`${place.store}/snapshots/1`);
  const machine = thisMachine();
  const readers: Deno.ChildProcess[] = [];
  const rename = (from: string, to: string) => {
    machine.files.rename(from, to);
    if (from !== `${place.store}/snapshots/1` || readers.length > 0) return;
    // It resolved the path a moment ago, and gets there now.
    readers.push(new Deno.Command("sleep", { args: ["60"], cwd: to, stdin: "null" }).spawn());
  };
  const system = { ...machine, files: { ...machine.files, rename } };
  const storage = place.storage({ system, ...LATEST_ALONE });
  await using _lock = await lockNow(storage);
  assertEquals((await storage.garbageCollection()).removed, []);
  assertEquals(readers.length, 1);
  assertEquals(await treeOf(`${place.store}/snapshots/1`), before);
  for (const reader of readers) {
    reader.kill("SIGKILL");
    await reader.status;
  }
  assertEquals((await storage.garbageCollection()).removed, [1]);
});

Deno.test("hardlink_rcu: what goes is out of sight at once, and removed while the mirror is asked, or when told", async () => {
  using place = storagePlace("hardlink_rcu");
  const trash = `${place.store}/.rcusync/trash`;
  for (let at = 0; at < 4; at++) {
    await syncOnce(place.storage(), (dir) => at === 0 ? upstreamTree(dir) : stampAt(dir, at));
  }
  const storage = place.storage(LATEST_ALONE);
  await using _lock = await lockNow(storage);
  assertEquals((await storage.garbageCollection()).removed, [1, 2, 3]);
  assertEquals(namesIn(`${place.store}/snapshots`), ["4"]);
  assertEquals(namesIn(trash).length, 2);
  const latest = await treeOf(`${place.store}/snapshots/4`);
  await storage.prepareUpdate(AbortSignal.abort());
  await storage.abortUpdate();
  assertEquals(namesIn(trash).length, 2, "there was no time");
  const asked = new AbortController();
  await storage.prepareUpdate(asked.signal);
  await storage.abortUpdate();
  assertEquals(namesIn(trash), []);
  Deno.mkdirSync(`${trash}/1.0/dir`, { recursive: true });
  Deno.writeTextFileSync(`${trash}/1.0/dir/file`, "");
  await storage.emptyTrash();
  assertEquals(namesIn(trash), []);
  assertEquals(await treeOf(`${place.store}/snapshots/4`), latest);
});

Deno.test("hardlink_rcu: a snapshot with a number but not yet published is published by recovery, once", async () => {
  using place = storagePlace("hardlink_rcu");
  await syncOnce(place.storage(), upstreamTree);
  const machine = thisMachine();
  // Cut off between the number and the link.
  const symlink = () => {
    throw new Error("cut off");
  };
  {
    const storage = place.storage({ system: { ...machine, files: { ...machine.files, symlink } } });
    await using _lock = await lockNow(storage);
    await stage(storage, (dir) => stampAt(dir, 1));
    await storage.commitUpdate(finished(storage)).catch(() => {});
  }
  assertEquals(Deno.readLinkSync(`${place.store}/latest`), "snapshots/1");
  const storage = place.storage();
  await using _lock = await lockNow(storage);
  assertEquals((await storage.recover()).length, 1);
  assertEquals(Deno.readLinkSync(`${place.store}/latest`), "snapshots/2");
  assertEquals(await storage.recover(), []);
  // A rollback is no crash.
  Deno.removeSync(`${place.store}/latest`);
  Deno.symlinkSync("snapshots/1", `${place.store}/latest`);
  assertEquals(await storage.recover(), []);
  assertEquals(Deno.readLinkSync(`${place.store}/latest`), "snapshots/1");
});

Deno.test("hardlink_rcu: an update that fails to be published is taken back by abort, number and journal too", async () => {
  using place = storagePlace("hardlink_rcu");
  await syncOnce(place.storage(), upstreamTree);
  const before = await copyOf(place.store);
  const machine = thisMachine();
  const symlink = () => {
    throw new Error("injected");
  };
  const storage = place.storage({ system: { ...machine, files: { ...machine.files, symlink } } });
  await using _lock = await lockNow(storage);
  await stage(storage, (dir) => stampAt(dir, 1));
  await storage.commitUpdate(finished(storage)).catch(() => {});
  assertEquals(namesIn(`${place.store}/snapshots`), ["1", "2"]);
  await storage.abortUpdate();
  assertEquals([...(await copyOf(place.store)).keys()], [...before.keys()]);
});

Deno.test("hardlink_rcu: a number that a crash left unused and Portage took is not mistaken for ours", async () => {
  using place = storagePlace("hardlink_rcu");
  await syncOnce(place.storage(), upstreamTree);
  const machine = thisMachine();
  const rename = (from: string, to: string) => {
    if (from === `${place.store}/update`) throw new Error("cut off");
    machine.files.rename(from, to);
  };
  {
    const storage = place.storage({ system: { ...machine, files: { ...machine.files, rename } } });
    await using _lock = await lockNow(storage);
    await stage(storage, (dir) => stampAt(dir, 1));
    await storage.commitUpdate(finished(storage)).catch(() => {});
  }
  // As Portage would: it removes `update`, makes snapshot 2 and dies before the link.
  Deno.removeSync(`${place.store}/update`, { recursive: true });
  upstreamTree(`${place.store}/snapshots/2`);
  setAge(`${place.store}/snapshots/2`, 3);
  const storage = place.storage();
  await using _lock = await lockNow(storage);
  await storage.recover();
  assertEquals(Deno.readLinkSync(`${place.store}/latest`), "snapshots/1");
  assertEquals(namesIn(`${place.store}/.rcusync/journal`), ["1"]);
});

function stampAt(dir: string, minute: number): void {
  stamp(dir, 1_700_000_000 + 60 * minute);
}

/**
 * Inodes of files count, those of directories do not; the root's time is its publication, and CHK is what changed last.
 */
function comparable(tree: Awaited<ReturnType<typeof treeOf>>) {
  return new Map(
    [...tree].filter(([path]) => path !== CHK).map(([path, entry]) => [
      path,
      { ...entry, ino: entry.type === "directory" ? 0 : entry.ino, mtimeMs: path === "." ? 0 : entry.mtimeMs },
    ]),
  );
}
