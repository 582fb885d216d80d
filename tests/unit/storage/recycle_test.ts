import { assertEquals, assertGreater } from "@std/assert";
import { thisMachine } from "../../../lib/host/this_machine.ts";
import type { Change } from "../../../lib/rsync/change.ts";
import { cloneTree } from "../../../lib/storage/clone.ts";
import { exists, namesIn } from "../../support/entries.ts";
import { longMode } from "../../support/long_test.ts";
import { editAtRandom } from "../../support/random_edit.ts";
import { type Random, randomOf } from "../../support/random.ts";
import {
  finished,
  lockNow,
  stage,
  type StoragePlace,
  storagePlace,
  type StorageSystem,
} from "../../support/storages.ts";
import { treeOf } from "../../support/tree_of.ts";
import { showingOnly } from "../../support/visible_processes.ts";

const HISTORIES = longMode ? 200 : 12;
const ROUNDS = 8;

/** Of a mirror that is never done with its answer. */
const { signal } = new AbortController();

Deno.test("whatever happened since, a recycled tree is entry by entry what a fresh clone would be", async () => {
  let recycled = 0;
  for (let seed = 1; seed <= HISTORIES; seed++) {
    using place = storagePlace("hardlink_rcu");
    const random = randomOf(seed);
    const spareSnapshots = random.below(3);
    for (let round = 1; round <= ROUNDS; round++) {
      if (await syncAtRandom(place, { random, spareSnapshots, name: `history ${seed}, round ${round}` })) recycled++;
    }
  }
  // With two spares the fourth round makes the first reserve, and the rounds after it use one each.
  assertGreater(recycled, HISTORIES * (ROUNDS - 5));
});

Deno.test("recycling does nothing through a link that took the place of a directory", async () => {
  using place = storagePlace("hardlink_rcu");
  Deno.mkdirSync(`${place.path}/outside`);
  Deno.writeTextFileSync(`${place.path}/outside/file`, "not ours");
  const edits = [
    (dir: string) => {
      Deno.mkdirSync(`${dir}/sub`);
      Deno.writeTextFileSync(`${dir}/sub/file`, "ours");
    },
    () => {},
    (dir: string) => {
      Deno.removeSync(`${dir}/sub`, { recursive: true });
      // From `snapshots/N` this leads to nothing, from `update` out of the store.
      Deno.symlinkSync("../../outside", `${dir}/sub`);
    },
    () => {},
  ];
  for (const edit of edits) await sync(place, { edit, spareSnapshots: 1 });
  assertEquals(namesIn(`${place.path}/outside`), ["file"]);
});

Deno.test("a reserve that was made ready in vain bears the number of what it holds, and is no base after a rollback", async () => {
  using place = storagePlace("hardlink_rcu");
  const write = (text: string) => (dir: string) => Deno.writeTextFileSync(`${dir}/${text}`, text);
  for (const text of ["one", "two", "three"]) await sync(place, { edit: write(text), spareSnapshots: 1 });
  const reserve = `${place.store}/.rcusync/reserve`;
  assertEquals(namesIn(reserve), ["1"]);
  const storage = place.storage({ system: durableInName(), ttlDays: 0, spareSnapshots: 1 });
  {
    await using _lock = await lockNow(storage);
    await storage.prepareUpdate(signal);
    assertEquals(namesIn(reserve), []);
    await storage.abortUpdate();
  }
  assertEquals(namesIn(reserve), ["3"]);
  assertEquals(namesIn(`${reserve}/3`), ["one", "three", "two"]);
  Deno.removeSync(`${place.store}/latest`);
  Deno.symlinkSync("snapshots/2", `${place.store}/latest`);
  const recycled = await sync(place, {
    edit: write("four"),
    spareSnapshots: 1,
    compare: (dir) => Promise.resolve(assertEquals(namesIn(dir), ["one", "two"])),
  });
  assertEquals(recycled, false);
});

Deno.test("a staging tree that an interrupted run left is not touched by what is done ahead", async () => {
  using place = storagePlace("hardlink_rcu");
  const write = (text: string) => (dir: string) => Deno.writeTextFileSync(`${dir}/${text}`, text);
  for (const text of ["one", "two", "three"]) await sync(place, { edit: write(text), spareSnapshots: 1 });
  Deno.mkdirSync(`${place.store}/update`);
  Deno.writeTextFileSync(`${place.store}/update/half`, "half");
  const storage = place.storage({ system: durableInName() });
  await using _lock = await lockNow(storage);
  await storage.prepareUpdate(signal);
  await storage.abortUpdate();
  assertEquals(namesIn(`${place.store}/update`), ["half"]);
  assertEquals(namesIn(`${place.store}/.rcusync/reserve`), ["1"]);
});

/** Syncs once; tells whether staging was recycled, after it was compared with a clone. */
function syncAtRandom(
  place: StoragePlace,
  { random, spareSnapshots, name }: {
    readonly random: Random;
    readonly spareSnapshots: number;
    readonly name: string;
  },
): Promise<boolean> {
  return sync(place, {
    spareSnapshots,
    ahead: random.pick(["not", "prepared", "prepared and taken back"]),
    edit: (dir) => editAtRandom(dir, random),
    compare: async (dir) => {
      const fresh = `${place.path}/fresh`;
      await cloneTree(durableInName(), Deno.realPathSync(place.location), fresh, { signal });
      assertEquals(await comparable(dir), await comparable(fresh), name);
      Deno.removeSync(fresh, { recursive: true });
    },
  });
}

interface Sync {
  readonly spareSnapshots: number;
  /** What is done while the mirror is asked; taken back when it has nothing new, and then it is asked once more. */
  readonly ahead?: "not" | "prepared" | "prepared and taken back";
  /** Changes staging. */
  readonly edit: (dir: string) => void;
  readonly compare?: (dir: string) => Promise<void>;
}

async function sync(place: StoragePlace, { spareSnapshots, ahead = "not", edit, compare }: Sync): Promise<boolean> {
  const storage = place.storage({ system: durableInName(), ttlDays: 0, spareSnapshots });
  await using _lock = await lockNow(storage);
  await storage.recover();
  const reserve = `${place.store}/.rcusync/reserve`;
  const hadReserve = exists(reserve) && namesIn(reserve).length > 0;
  if (ahead !== "not") await storage.prepareUpdate(signal);
  if (ahead === "prepared and taken back") {
    await storage.abortUpdate();
    assertEquals(exists(`${place.store}/update`), false);
    assertEquals(namesIn(reserve).length > 0, hadReserve);
  }
  const dir = await stage(storage, () => {});
  const isRecycled = hadReserve && namesIn(reserve).length === 0;
  if (storage.published !== undefined) await compare?.(dir);
  edit(dir);
  const dated = storage.published === undefined ? [] : await datedAnew(storage.published, dir);
  const { changes = [], ...rest } = finished(storage);
  await storage.commitUpdate({ ...rest, changes: [...changes, ...dated.map(timeChange)] });
  await storage.garbageCollection();
  return isRecycled;
}

/** Directories of both trees whose times differ, whatever else is different in them. */
async function datedAnew(before: string, after: string): Promise<string[]> {
  const [old, now] = [await treeOf(before), await treeOf(after)];
  return [...now]
    .filter(([path, { type, mtimeMs }]) => type === "directory" && old.get(path)?.mtimeMs !== mtimeMs)
    .filter(([path]) => old.get(path)?.type === "directory")
    .map(([path]) => path);
}

/** As a plan tells of it where the user's options do not omit the times of directories. */
function timeChange(path: string): Change {
  return { path, type: "directory", kind: "attributes", size: 0 };
}

/** This machine with nobody else on it, and nothing to wait for: no power cut is part of these tests. */
function durableInName(): StorageSystem {
  const system = showingOnly(thisMachine(), [Deno.pid]);
  return { ...system, files: { ...system.files, flush: () => Promise.resolve() } };
}

/** Directories cannot share their inodes; all else is the same inode where it is hard-linked, or equal to it. */
async function comparable(dir: string) {
  return new Map([...await treeOf(dir)].map(([path, { ino: _ino, ...entry }]) => [path, entry]));
}
