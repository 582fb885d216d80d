import { assertEquals, assertMatch } from "@std/assert";
import { assertExit } from "../support/assert_exit.ts";
import { agedDirectory, setAge } from "../support/entries.ts";
import { startReader } from "../support/reader_process.ts";
import { type Options, type Scenario, scenario } from "../support/scenario.ts";
import { testUnless, withoutCommand } from "../support/skip.ts";
import { upstreamTree } from "../support/upstream_tree.ts";

const HOUR = 1 / 24;

/** What a store that Portage wrote looks like: complete snapshots of these ages in days, and nothing of ours. */
function portageStore(s: Scenario, ages: readonly number[], { latest = ages.length } = {}): void {
  ages.forEach((age, at) => {
    upstreamTree(s.snapshot(at + 1));
    setAge(s.snapshot(at + 1), age);
  });
  Deno.symlinkSync(`snapshots/${latest}`, `${s.store}/latest`);
  Deno.symlinkSync(`${s.store}/latest`, s.location);
}

/** Syncs a change into such a store, and says what is left. */
async function leftOver(ages: readonly number[], options: Options, { latest = ages.length } = {}): Promise<string[]> {
  await using s = await scenario();
  portageStore(s, ages, { latest });
  s.configure(s.rcu(options));
  s.change();
  assertExit(await s.sync(), 0);
  return s.snapshots();
}

function keeping(ttlDays: string | undefined, spares: string | undefined): Options {
  return { "sync-rcu-ttl-days": ttlDays, "sync-rcu-spare-snapshots": spares };
}

Deno.test("T110 seven days are the default", async () => {
  const left = await leftOver([10, 25 * HOUR, 23 * HOUR, HOUR], keeping(undefined, undefined));
  assertEquals(left, ["2", "3", "4", "5"]);
});

Deno.test("T111 no time and no spare keeps the latest alone", async () => {
  assertEquals(await leftOver([10, HOUR, HOUR / 60], keeping("0", "0")), ["4"]);
});

Deno.test("T112 two spares are the two highest besides the latest", async () => {
  assertEquals(await leftOver([10, 9, 8, 7.5], keeping("0", "2")), ["3", "4", "5"]);
});

Deno.test("T113 negative numbers act as the defaults", async () => {
  assertEquals(await leftOver([10, 23 * HOUR, 22 * HOUR], keeping("-5", "-5")), ["2", "3", "4"]);
});

Deno.test("T114 a snapshot is removed an hour after its seven days, not an hour before", async () => {
  const left = await leftOver([10, 169 * HOUR, 167 * HOUR, HOUR], keeping("7", undefined));
  assertEquals(left, ["3", "4", "5"]);
});

Deno.test("T114 the dates of snapshots count in the same way when rcusync made them", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  for (let time = 1; time <= 4; time++) {
    s.change();
    assertExit(await s.sync(), 0);
  }
  [10, 169 * HOUR, 167 * HOUR, HOUR].forEach((age, at) => setAge(s.snapshot(at + 1), age));
  s.change();
  assertExit(await s.sync(), 0);
  assertEquals(s.snapshots(), ["3", "4", "5"]);
});

Deno.test("T115 a sync that finds nothing new collects garbage too", async () => {
  await using s = await scenario();
  portageStore(s, [10, 9, 8, 7]);
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  assertEquals(s.snapshots(), ["3", "4"]);
});

Deno.test("T116 a snapshot is kept seven days after it was replaced, however old it is", async () => {
  await using s = await scenario();
  portageStore(s, [31, 30]);
  s.configure(s.rcu(keeping("7", "0")));
  for (const expected of [["2", "3"], ["2", "3", "4"], ["2", "3", "4", "5"]]) {
    s.change();
    assertExit(await s.sync(), 0);
    assertEquals(s.snapshots(), expected);
  }
});

Deno.test("T117 after a rollback by hand the snapshot that was in use is kept as a spare", async () => {
  assertEquals(await leftOver([10, 9, 8], keeping("0", "1"), { latest: 1 }), ["1", "3", "4"]);
});

Deno.test("T117 a rollback by hand stands until the mirror has something new", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  s.change();
  assertExit(await s.sync(), 0);
  Deno.removeSync(`${s.store}/latest`);
  Deno.symlinkSync("snapshots/1", `${s.store}/latest`);
  s.wrapRsync({ probe: "exit 10" });
  assertExit(await s.sync(), 13);
  assertEquals(Deno.readLinkSync(`${s.store}/latest`), "snapshots/1");
});

Deno.test("T118 an enormous time to live keeps everything", async () => {
  assertEquals(await leftOver([10_000, 1], keeping("1000000000", "0")), ["1", "2", "3"]);
});

Deno.test("T119 a snapshot from the future is kept, and so is one of three days", async () => {
  assertEquals(await leftOver([-3, 3], keeping(undefined, "0")), ["1", "2", "3"]);
});

testUnless(withoutCommand("flock"), "a lease keeps a snapshot as long as it is held", async () => {
  await using s = await scenario();
  portageStore(s, [10, 9, 8]);
  s.configure(s.rcu(keeping("0", "0")));
  {
    // `flock -s DIR command`, as anybody may write it.
    await using _reader = await startReader('exec flock -s "$1" sh -c "$WAIT"', [s.snapshot(1)]);
    assertExit(await s.sync(), 0);
    assertEquals(s.snapshots(), ["1", "3"]);
  }
  assertExit(await s.sync(), 0);
  assertEquals(s.snapshots(), ["3"]);
});

for (const [how, script] of [["current directory", 'cd "$1"'], ["open file", 'exec 3<"$1/profiles/eapi"']] as const) {
  Deno.test(`a process with its ${how} in a snapshot keeps it`, async () => {
    await using s = await scenario();
    portageStore(s, [10, 9, 8]);
    s.configure(s.rcu(keeping("0", "0")));
    {
      await using _reader = await startReader(script, [s.snapshot(2)]);
      assertExit(await s.sync(), 0);
      assertEquals(s.snapshots(), ["2", "3"]);
    }
    assertExit(await s.sync(), 0);
    assertEquals(s.snapshots(), ["3"]);
  });
}

Deno.test("sync-rcu-gc-in-use = ignore asks for no reader, but a lease still counts", async () => {
  await using s = await scenario();
  portageStore(s, [10, 9, 8]);
  s.configure(s.rcu({ ...keeping("0", "0"), "sync-rcu-gc-in-use": "ignore" }));
  await using _reader = await startReader('cd "$1"', [s.snapshot(2)]);
  using lease = Deno.openSync(s.snapshot(1));
  lease.lockSync(false);
  assertExit(await s.sync(), 0);
  assertEquals(s.snapshots(), ["1", "3"]);
});

Deno.test("a pin keeps a snapshot until it is taken away", async () => {
  await using s = await scenario();
  portageStore(s, [10, 9, 8]);
  s.configure(s.rcu(keeping("0", "0")));
  agedDirectory(`${s.store}/.rcusync/pins`, 0);
  Deno.writeTextFileSync(`${s.store}/.rcusync/pins/ci`, "1\n");
  assertExit(await s.sync(), 0);
  assertEquals(s.snapshots(), ["1", "3"]);
  Deno.removeSync(`${s.store}/.rcusync/pins/ci`);
  assertExit(await s.sync(), 0);
  assertEquals(s.snapshots(), ["3"]);
});

Deno.test("a pin that cannot be read keeps everything, and the sync warns", async () => {
  await using s = await scenario();
  portageStore(s, [10, 9, 8]);
  s.configure(s.rcu(keeping("0", "0")));
  agedDirectory(`${s.store}/.rcusync/pins`, 0);
  Deno.writeTextFileSync(`${s.store}/.rcusync/pins/ci`, "the good one\n");
  const result = await s.sync();
  assertExit(result, 0);
  assertMatch(result.err, /Warning: .*ci" does not tell which snapshot it keeps/);
  assertEquals(s.snapshots(), ["1", "2", "3"]);
});

Deno.test("gc --dry-run removes nothing; gc removes what it said", async () => {
  await using s = await scenario();
  portageStore(s, [10, 9, 8]);
  s.configure(s.rcu());
  const gc = ["--repos-conf", `${s.configRoot}/etc/portage/repos.conf`, "gc"];
  assertExit(await s.run([...gc, "--dry-run"]), 0);
  assertEquals(s.snapshots(), ["1", "2", "3"]);
  assertExit(await s.run(gc), 0);
  assertEquals(s.snapshots(), ["2", "3"]);
});
