import { assert, assertEquals } from "@std/assert";
import { assertExit } from "../support/assert_exit.ts";
import { exists } from "../support/entries.ts";
import { holdTransfers } from "../support/held_transfers.ts";
import { assertMirrors } from "../support/mirrored.ts";
import { scenario } from "../support/scenario.ts";
import { testUnless, withoutCommand } from "../support/skip.ts";
import { treeOf } from "../support/tree_of.ts";
import { writeUpstream } from "../support/upstream_tree.ts";

const EBUILD = "app-misc/foo/foo-1.ebuild";

Deno.test("T105 a second sync waits for the first, or fails at once when told so, and no damage is done", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.sync(), 0);
  s.change((up) => writeUpstream(up, EBUILD, "EAPI=8\n"));
  const transfer = holdTransfers(s);
  const first = s.startSync();
  await transfer.began();
  assertExit(await s.sync(["--no-wait"]), 11, new RegExp(`locked by rcusync, process \\d+`));
  const second = s.startSync(["--wait"]);
  transfer.go();
  assertExit(await first.ended, 0);
  assertExit(await second.ended, 0);
  assertEquals(s.snapshots(), ["1", "2"]);
  await assertMirrors(s.location, s.up);
});

Deno.test("T105 of two first syncs at the same moment one makes the snapshot and both succeed", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  const both = [s.startSync(["--wait"]), s.startSync(["--wait"])];
  for (const { ended } of both) assertExit(await ended, 0);
  assertEquals(s.snapshots(), ["1"]);
  await assertMirrors(s.location, s.up);
});

Deno.test("T105 two syncs of a repository without a store do not meet either", async () => {
  await using s = await scenario();
  s.configure();
  const transfer = holdTransfers(s);
  const first = s.startSync();
  await transfer.began();
  assertExit(await s.sync(["--no-wait"]), 11, /locked by/);
  transfer.go();
  assertExit(await first.ended, 0);
  await assertMirrors(s.location, s.up);
});

testUnless(
  withoutCommand("setsid"),
  "T106 SIGTERM to the process group leaves latest and no staging tree",
  async () => {
    await using s = await scenario();
    s.configure(s.rcu());
    assertExit(await s.sync(), 0);
    const before = await treeOf(s.snapshot(1));
    s.change((up) => writeUpstream(up, EBUILD, "EAPI=8\n"));
    const transfer = holdTransfers(s);
    const sync = s.startSync();
    await transfer.began();
    sync.kill("SIGTERM");
    assertExit(await sync.ended, 143);
    assertEquals(Deno.readLinkSync(`${s.store}/latest`), "snapshots/1");
    assertEquals(await treeOf(s.snapshot(1)), before);
    assert(!exists(`${s.store}/update`));
    transfer.go();
    assertExit(await s.sync(), 0);
    assertEquals(s.snapshots(), ["1", "2"]);
    await assertMirrors(s.location, s.up);
  },
);

testUnless(
  withoutCommand("setsid"),
  "T106 SIGKILL during the transfer leaves a store that the next sync repairs",
  async () => {
    await using s = await scenario();
    s.configure(s.rcu());
    assertExit(await s.sync(), 0);
    s.change((up) => writeUpstream(up, EBUILD, "EAPI=8\n"));
    const transfer = holdTransfers(s);
    const sync = s.startSync();
    await transfer.began();
    sync.kill("SIGKILL");
    await sync.ended;
    assertEquals(Deno.readLinkSync(`${s.store}/latest`), "snapshots/1");
    s.change((up) => writeUpstream(up, EBUILD, "EAPI=8\nSLOT=5\n"));
    transfer.go();
    assertExit(await s.sync(), 0);
    assertEquals(s.snapshots(), ["1", "2"]);
    await assertMirrors(s.location, s.up);
    assert(!exists(`${s.store}/update`));
  },
);
