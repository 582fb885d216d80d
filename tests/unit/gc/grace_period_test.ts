import { assertEquals } from "@std/assert";
import { collectGarbage } from "../../../lib/gc/collect.ts";
import { collectAfterReaders } from "../../../lib/gc/wait_for_readers.ts";
import type { System } from "../../../lib/host/system.ts";
import { thisMachine } from "../../../lib/host/this_machine.ts";
import type { Repository } from "../../../lib/repos_conf/repository.ts";
import { namesIn } from "../../support/entries.ts";
import { FURNISH, type ReaderProcess, startReader } from "../../support/reader_process.ts";
import { rcuStorage, repositoryWith } from "../../support/repository.ts";
import { testUnless, withoutCommand, withoutRoot } from "../../support/skip.ts";
import { tempDir } from "../../support/temp_dir.ts";

/** A store whose snapshots 1 and 2 are expired, 3 is latest and 1 has a file. */
function expiredStore() {
  const dir = tempDir();
  const path = Deno.realPathSync(dir.path);
  for (const id of [1, 2, 3]) Deno.mkdirSync(`${path}/snapshots/${id}/profiles`, { recursive: true });
  Deno.writeTextFileSync(`${path}/snapshots/1/profiles/repo_name`, "demo\n");
  Deno.symlinkSync("snapshots/3", `${path}/latest`);
  const repository = repositoryWith({
    location: `${path}/latest`,
    locationInside: `${path}/latest`,
    storage: { ...rcuStorage(path), ttlDays: 0, spareSnapshots: 0, recycle: false },
  });
  const left = () => namesIn(`${path}/snapshots`);
  return { path, first: `${path}/snapshots/1`, repository, left, [Symbol.dispose]: () => dir[Symbol.dispose]() };
}

type Store = ReturnType<typeof expiredStore>;

function collect(system: System, repository: Repository) {
  return collectGarbage(system, repository, {
    dryRun: false,
    lockWaitSeconds: 0,
    signal: new AbortController().signal,
  });
}

/**
 * The machine, but `arrive` happens once, in the middle of the search that decides what is retired: the processes are
 * listed by then, so that only the look after the renaming can find who came. Tells the renames that were done.
 */
function withArrival(arrive: () => Promise<ReaderProcess>) {
  const machine = thisMachine();
  const renames: string[] = [];
  let reader: ReaderProcess | undefined;
  let searches = 0;
  let nowMs = 0;
  const files: System["files"] = {
    ...machine.files,
    readDir: (path) => {
      if (path === "/proc") searches++;
      return machine.files.readDir(path);
    },
    rename: (from, to) => {
      renames.push(`${lastTwo(from)} > ${lastTwo(to)}`);
      machine.files.rename(from, to);
    },
  };
  const clock: System["clock"] = {
    ...machine.clock,
    // Long enough between two calls for the search to give way after each process.
    monotonicMs: () => nowMs += 1000,
    yield: async () => {
      // The first search is for the report alone.
      if (searches === 2) reader ??= await arrive();
    },
  };
  return { system: { ...machine, files, clock }, renames, arrived: () => reader };
}

function lastTwo(path: string): string {
  return path.split("/").slice(-2).join("/");
}

const READERS = [
  { name: "an open file", script: 'exec 3<"$1/profiles/repo_name"', needs: undefined, namespaces: [] },
  { name: "a current directory", script: 'cd "$1/profiles"', needs: undefined, namespaces: [] },
  {
    name: "a chroot",
    script: `${FURNISH}
      furnish "$1"; exec chroot "$1" sh -c "$WAIT"`,
    needs: withoutRoot() ?? withoutCommand("unshare"),
    namespaces: ["--mount"],
  },
  {
    name: "a bind mount of a directory below it, in another mount namespace",
    script: 'mkdir "$2/mnt"; mount --bind "$1/profiles" "$2/mnt"',
    needs: withoutRoot() ?? withoutCommand("unshare"),
    namespaces: ["--mount"],
  },
  {
    name: "a lease by flock -s",
    script: 'exec flock --shared "$1" sh -c "$WAIT"',
    needs: withoutCommand("flock"),
    namespaces: [],
  },
] as const;

for (const { name, script, needs, namespaces } of READERS) {
  const start = (store: Store) => startReader(script, [store.first, store.path], { namespaces });

  testUnless(needs, `${name} keeps an expired snapshot, and lets it go at its end`, async () => {
    using store = expiredStore();
    {
      await using _reader = await start(store);
      assertEquals((await collect(thisMachine(), store.repository)).removed, [2]);
      assertEquals(store.left(), ["1", "3"]);
    }
    assertEquals((await collect(thisMachine(), store.repository)).removed, [1]);
  });

  if (name === "a lease by flock -s") continue;
  testUnless(needs, `${name} that comes between the two looks has its snapshot put back`, async () => {
    using store = expiredStore();
    const { system, renames, arrived } = withArrival(() => start(store));
    const { removed } = await collect(system, store.repository);
    await using reader = arrived();
    assertEquals({ removed, left: store.left(), came: reader !== undefined }, {
      removed: [2],
      left: ["1", "3"],
      came: true,
    });
    const ofFirst = renames.filter((rename) => rename.includes("snapshots/1"));
    assertEquals(ofFirst, ["snapshots/1 > retired/1", "retired/1 > snapshots/1"]);
    assertEquals(Deno.readTextFileSync(`${store.first}/profiles/repo_name`), "demo\n");
  });
}

Deno.test("a lease that is taken after the look for leases keeps its snapshot where it is", async () => {
  using store = expiredStore();
  const machine = thisMachine();
  let looks = 0;
  let lease: Disposable | undefined;
  const tryLock: System["files"]["tryLock"] = (path, mode) => {
    // Looked at for the report, then to decide; the third time it is to be retired.
    if (path === store.first && ++looks === 3) lease = machine.files.tryLock(path, "shared");
    return machine.files.tryLock(path, mode);
  };
  const { removed } = await collect({ ...machine, files: { ...machine.files, tryLock } }, store.repository);
  using held = lease;
  assertEquals({ removed, left: store.left(), isHeld: held !== undefined }, {
    removed: [2],
    left: ["1", "3"],
    isHeld: true,
  });
});

Deno.test("collectAfterReaders waits until a reader has left, says for whom, and removes what it read", async () => {
  using store = expiredStore();
  const reader = await startReader('cd "$1"', [store.first]);
  const told: string[] = [];
  const result = await collectAfterReaders(thisMachine(), store.repository, {
    dryRun: false,
    lockWaitSeconds: 0,
    signal: new AbortController().signal,
    readersWaitSeconds: 60,
    onReaders: (snapshots) => {
      told.push(...snapshots.flatMap(({ id, keep }) => keep.map(({ kind }) => `${id} ${kind}`)));
      reader[Symbol.asyncDispose]();
    },
  });
  assertEquals(told, ["1 in-use"]);
  assertEquals({ removed: result.removed, stillRead: result.stillRead }, { removed: [1, 2], stillRead: [] });
  assertEquals(store.left(), ["3"]);
});

Deno.test("collectAfterReaders gives up when the time is up, and tells who still reads", async () => {
  using store = expiredStore();
  await using _reader = await startReader('cd "$1"', [store.first]);
  const result = await collectAfterReaders(thisMachine(), store.repository, {
    dryRun: false,
    lockWaitSeconds: 0,
    signal: new AbortController().signal,
    readersWaitSeconds: 0,
    onReaders: () => {},
  });
  assertEquals({ removed: result.removed, ids: result.stillRead.map(({ id }) => id) }, { removed: [2], ids: [1] });
});

Deno.test("collectAfterReaders of a dry run waits for nobody and touches nothing", async () => {
  using store = expiredStore();
  await using _reader = await startReader('cd "$1"', [store.first]);
  const result = await collectAfterReaders(thisMachine(), store.repository, {
    dryRun: true,
    lockWaitSeconds: 0,
    signal: new AbortController().signal,
    readersWaitSeconds: Infinity,
    onReaders: () => {},
  });
  assertEquals(result.removed, [2]);
  assertEquals(namesIn(store.path), ["latest", "snapshots"]);
});
