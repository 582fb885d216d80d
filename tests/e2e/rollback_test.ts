import { assertEquals, assertStringIncludes } from "@std/assert";
import { namesIn } from "../support/entries.ts";
import { type Scenario, scenario } from "../support/scenario.ts";
import { treeOf } from "../support/tree_of.ts";
import { writeUpstream } from "../support/upstream_tree.ts";

/** Three snapshots; snapshot N has `profiles/N`. */
async function threeSnapshots(options = {}): Promise<Scenario> {
  const s = await scenario();
  s.configure(s.rcu(options));
  for (const id of [1, 2, 3]) {
    s.change((up) => writeUpstream(up, `profiles/${id}`, `${id}\n`));
    assertEquals((await s.sync()).code, 0);
  }
  return s;
}

function latestOf(s: Scenario): string {
  return Deno.realPathSync(s.location);
}

Deno.test("rollback publishes the snapshot before the latest, unchanged, and says what Portage must forget", async () => {
  await using s = await threeSnapshots();
  const before = await treeOf(s.snapshot(2));
  const { code, out } = await s.run(["rollback", "demo"]);
  assertEquals(code, 0);
  assertStringIncludes(out, "Published snapshot 2 of demo again, in place of 3\n");
  assertStringIncludes(out, "emaint revisions --purgerepos=demo\n");
  assertEquals(latestOf(s), s.snapshot(2));
  assertEquals(Deno.readLinkSync(`${s.store}/latest`), "snapshots/2");
  assertEquals(await treeOf(s.snapshot(2)), before);
});

Deno.test("rollback goes one further back each time, and to a number also forward", async () => {
  await using s = await threeSnapshots();
  await s.run(["rollback", "demo"]);
  await s.run(["rollback", "demo"]);
  assertEquals(latestOf(s), s.snapshot(1));
  assertEquals((await s.run(["rollback", "demo"])).code, 2);
  assertEquals((await s.run(["rollback", "demo", "3"])).code, 0);
  assertEquals(latestOf(s), s.snapshot(3));
});

Deno.test("rollback --dry-run changes nothing", async () => {
  await using s = await threeSnapshots();
  assertStringIncludes((await s.run(["rollback", "demo", "1", "-n"])).out, "Would publish snapshot 1 of demo again");
  assertEquals(latestOf(s), s.snapshot(3));
});

Deno.test("T117 what a rollback made latest is never collected, whatever its number and age", async () => {
  await using s = await threeSnapshots();
  await s.run(["rollback", "demo", "1"]);
  s.configure(s.rcu({ "sync-rcu-ttl-days": "0", "sync-rcu-spare-snapshots": "0" }));
  assertEquals((await s.run(["gc"])).code, 0);
  assertEquals(s.snapshots(), ["1"]);
  assertEquals(latestOf(s), s.snapshot(1));
});

Deno.test("the sync after a rollback goes forward from what is latest, under a new number", async () => {
  await using s = await threeSnapshots();
  await s.run(["rollback", "demo", "1"]);
  const { code, err } = await s.sync();
  assertEquals(code, 0, err);
  assertStringIncludes(err, "Goes forward from snapshot 1");
  assertEquals(latestOf(s), s.snapshot(4));
  assertEquals(namesIn(`${s.location}/profiles`).includes("3"), true);
  const { out } = await s.run(["diff", "demo", "1", "4", "--json"]);
  assertEquals(JSON.parse(out).source, "journals");
});

Deno.test("a writer that comes after a rollback does not publish again what was rolled back from", async () => {
  await using s = await threeSnapshots();
  await s.run(["rollback", "demo"]);
  await s.run(["gc"]);
  await s.run(["pin", "demo", "--name", "x"]);
  assertEquals(latestOf(s), s.snapshot(2));
});

Deno.test("rollback refuses a snapshot without profiles, unless forced", async () => {
  await using s = await threeSnapshots();
  Deno.removeSync(`${s.snapshot(1)}/profiles`, { recursive: true });
  const refused = await s.run(["rollback", "demo", "1"]);
  assertEquals(refused.code, 14);
  assertStringIncludes(refused.err, "has no directory profiles");
  assertEquals(latestOf(s), s.snapshot(3));
  assertEquals((await s.run(["rollback", "demo", "1", "--force"])).code, 0);
  assertEquals(latestOf(s), s.snapshot(1));
});

Deno.test("rollback mends a store whose latest link is gone", async () => {
  await using s = await threeSnapshots();
  Deno.removeSync(`${s.store}/latest`);
  assertEquals((await s.run(["rollback", "demo", "3"])).code, 0);
  assertEquals(latestOf(s), s.snapshot(3));
});

Deno.test("rollback does nothing as long as another writer holds the store", async () => {
  await using s = await threeSnapshots();
  using lock = Deno.openSync(`${s.store}/.rcusync/lock`);
  lock.lockSync(true);
  const running = s.start(["rollback", "demo"]);
  running.kill("SIGTERM");
  assertEquals((await running.ended).code, 143);
  assertEquals(latestOf(s), s.snapshot(3));
});
