import { assertEquals, assertStringIncludes } from "@std/assert";
import { systemClock } from "../../lib/host/clock.ts";
import { assertExit } from "../support/assert_exit.ts";
import { kindsOf } from "../support/rsync_calls.ts";
import { type Scenario, scenario } from "../support/scenario.ts";
import { syncHere } from "../support/sync_here.ts";
import { treeOf } from "../support/tree_of.ts";
import { FIRST_STAMP, stamp, writeUpstream } from "../support/upstream_tree.ts";

const DAY_S = 24 * 60 * 60;

function chk({ location }: Scenario): string {
  return Deno.readTextFileSync(`${location}/metadata/timestamp.chk`);
}

Deno.test("T51 T65 a sync without a change asks for the time alone, whatever the locale", async () => {
  await using s = await scenario();
  stamp(s.up, Date.UTC(2024, 2, 5) / 1000);
  s.configure(s.rcu());
  assertEquals((await s.sync()).code, 0);
  const before = chk(s);
  s.wrapRsync({});
  assertEquals((await s.sync([], { LC_ALL: "de_DE.UTF-8", LC_TIME: "de_DE.UTF-8" })).code, 0);
  assertEquals([kindsOf(s), s.snapshots(), chk(s)], [["probe"], ["1"], before]);
});

Deno.test("T52 T53 an older mirror fails and changes nothing, until our own timestamp is gone", async () => {
  await using s = await scenario();
  s.configure();
  assertEquals((await s.sync()).code, 0);
  stamp(s.up, FIRST_STAMP - 60);
  const before = await treeOf(s.location);
  s.wrapRsync({});
  const { code, err } = await s.sync();
  assertEquals([code, kindsOf(s)], [13, ["probe"]]);
  assertStringIncludes(err, "older tree");
  assertEquals(await treeOf(s.location), before);
  assertEquals((await s.sync(["--dry-run"])).code, 13);

  Deno.removeSync(`${s.location}/metadata/timestamp.chk`);
  assertEquals((await s.sync()).code, 0);
  assertEquals(chk(s), Deno.readTextFileSync(`${s.up}/metadata/timestamp.chk`));
});

Deno.test("a timestamp of ours that has not come yet makes no mirror look old", async () => {
  await using s = await scenario();
  stamp(s.up, Date.now() / 1000 + 2 * DAY_S);
  s.configure();
  assertExit(await s.sync(), 0);
  stamp(s.up, FIRST_STAMP);
  assertExit(await s.sync(), 0);
  assertEquals(chk(s), Deno.readTextFileSync(`${s.up}/metadata/timestamp.chk`));
});

Deno.test("with a clock that is behind, an older mirror fails all the same, and an equal one is equal", async () => {
  await using s = await scenario();
  const clock = { ...systemClock, nowMs: () => 0 };
  s.configure();
  assertExit(await s.sync(), 0);
  s.wrapRsync({});
  assertExit(await syncHere(s, { clock }), 0);
  assertEquals(kindsOf(s), ["probe"]);
  stamp(s.up, FIRST_STAMP - 60);
  assertExit(await syncHere(s, { clock }), 13, /older tree/);
});

Deno.test("T54 a mirror without a timestamp is synced", async () => {
  await using s = await scenario();
  Deno.removeSync(`${s.up}/metadata/timestamp.chk`);
  s.configure(s.rcu());
  assertEquals((await s.sync()).code, 0);
  writeUpstream(s.up, "app-misc/foo/metadata.xml", "changed!");
  assertEquals((await s.sync()).code, 0);
  assertEquals(Deno.readTextFileSync(`${s.location}/app-misc/foo/metadata.xml`), "changed!");
  assertEquals(s.snapshots(), ["1", "2"]);
});

Deno.test("T55 a mirror with an empty timestamp is compared each time, without a snapshot when nothing differs", async () => {
  await using s = await scenario();
  Deno.writeTextFileSync(`${s.up}/metadata/timestamp.chk`, "");
  s.configure(s.rcu());
  assertEquals((await s.sync()).code, 0);
  s.wrapRsync({});
  assertEquals((await s.sync()).code, 0);
  assertEquals([kindsOf(s), s.snapshots()], [["probe", "plan"], ["1"]]);
});

Deno.test("T56 a timestamp among comments and blanks is read", async () => {
  await using s = await scenario();
  const text = "# c\n\n Tue,   14 Nov 2023\t22:13:20 +0000 # x\n";
  writeUpstream(s.up, "metadata/timestamp.chk", text);
  s.configure();
  assertEquals((await s.sync()).code, 0);
  writeUpstream(s.up, "app-misc/foo/metadata.xml", "not looked at");
  s.wrapRsync({});
  assertEquals((await s.sync()).code, 0);
  assertEquals(kindsOf(s), ["probe"]);
});

Deno.test("T58 two times that a zone's summer time makes one are still two", async () => {
  await using s = await scenario();
  s.configure();
  stamp(s.up, Date.UTC(2024, 2, 10, 2, 30) / 1000);
  const zone = { TZ: "America/New_York" };
  assertEquals((await s.sync([], zone)).code, 0);
  stamp(s.up, Date.UTC(2024, 2, 10, 3, 30) / 1000);
  assertStringIncludes((await s.sync([], zone)).out, "updated");
  assertStringIncludes(chk(s), "03:30:00");
});
