import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Scenario, scenario } from "../support/scenario.ts";

/** Snapshots 1 to `count`, which expire at once and have no spare. */
async function withSnapshots(count: number): Promise<Scenario> {
  const s = await scenario();
  s.configure(s.rcu({ "sync-rcu-recycle": "no" }));
  await s.sync();
  for (let made = 1; made < count; made++) {
    s.change();
    await s.sync();
  }
  s.configure(s.rcu({ "sync-rcu-ttl-days": "0", "sync-rcu-spare-snapshots": "0" }));
  return s;
}

Deno.test("a pinned snapshot outlives its TTL and every collection, until it is unpinned", async () => {
  await using s = await withSnapshots(2);
  const pinned = await s.run(["pin", "demo", "1", "--name", "ci"]);
  assertEquals(pinned, { code: 0, out: "Pinned snapshot 1 of demo as ci\n", err: "" });
  assertEquals((await s.run(["gc"])).code, 0);
  assertEquals(s.snapshots(), ["1", "2"]);
  assertStringIncludes((await s.run(["status"])).out, "pinned by ci");
  assertEquals((await s.run(["unpin", "demo", "ci"])).out, "Removed pin ci of demo\n");
  await s.run(["gc"]);
  assertEquals(s.snapshots(), ["2"]);
});

Deno.test("a pin without a number keeps the latest snapshot, and is moved by being set again", async () => {
  await using s = await withSnapshots(2);
  await s.run(["pin", "demo", "--name", "ci"]);
  const moved = await s.run(["pin", "demo", "1", "--name", "ci"]);
  assertEquals(moved.out, "Pinned snapshot 1 of demo as ci, no longer snapshot 2\n");
});

Deno.test("pin --dry-run and unpin --dry-run change nothing", async () => {
  await using s = await withSnapshots(1);
  assertEquals((await s.run(["pin", "demo", "--name", "ci", "-n"])).out, "Would pin snapshot 1 of demo as ci\n");
  assertEquals((await s.run(["unpin", "demo", "ci", "-n"])).code, 2);
  await s.run(["pin", "demo", "--name", "ci"]);
  const { out } = await s.run(["unpin", "demo", "ci", "-n"]);
  assertEquals(out, "Would remove pin ci of demo, which keeps snapshot 1\n");
  assertStringIncludes((await s.run(["status"])).out, "pinned by ci");
});

Deno.test("pin refuses a snapshot that does not exist, a name that could be a path, and no name", async () => {
  await using s = await withSnapshots(1);
  assertEquals((await s.run(["pin", "demo", "7", "--name", "ci"])).code, 2);
  assertEquals((await s.run(["pin", "demo", "--name", "../ci"])).code, 2);
  assertEquals((await s.run(["pin", "demo"])).code, 2);
  assertEquals((await s.run(["pin", "demo", "x", "--name", "ci"])).code, 2);
});

Deno.test("a pin that cannot be read keeps every snapshot, is told by status and gc, and can be removed", async () => {
  await using s = await withSnapshots(2);
  await s.run(["pin", "demo", "1", "--name", "ci"]);
  Deno.writeTextFileSync(`${s.store}/.rcusync/pins/ci`, "garbage");
  const told = `"${s.store}/.rcusync/pins/ci" does not tell which snapshot it keeps, so none is removed`;
  const status = await s.run(["status"]);
  assertEquals([status.code, status.err], [0, `rcusync: ${told}\n`]);
  assertStringIncludes(status.out, "pinned by ci");
  const gc = await s.run(["gc"]);
  assertEquals([gc.code, s.snapshots()], [0, ["1", "2"]]);
  assertStringIncludes(gc.out, told);
  assertEquals((await s.run(["unpin", "demo", "ci", "-n"])).out, "Would remove pin ci of demo\n");
  assertEquals((await s.run(["unpin", "demo", "ci"])).out, "Removed pin ci of demo\n");
  await s.run(["gc"]);
  assertEquals(s.snapshots(), ["2"]);
});

Deno.test("before a directory is migrated, path prints it, list its timestamp, and pin and exec name what makes a snapshot", async () => {
  await using s = await scenario();
  s.configure();
  await s.sync();
  s.configure(s.rcu());
  assertEquals((await s.run(["path", "demo"])).out, `${Deno.realPathSync(s.location)}\n`);
  const listed = JSON.parse((await s.run(["list", "--json"])).out).repositories[0];
  const { mtime } = Deno.statSync(`${s.location}/metadata/timestamp.chk`);
  assertEquals(listed.lastSync, mtime?.toISOString());
  const pinWords = ["pin", "demo", "--name", "ci"];
  for (const [words, code] of [[pinWords, 14], [["exec", "demo", "--", "true"], 125]] as const) {
    const refused = await s.run(words);
    assertEquals(refused.code, code);
    assertStringIncludes(refused.err, "hint: Run: rcusync migrate demo --to rcu\n");
  }
  assertEquals((await s.run(["migrate", "demo", "--to", "rcu"])).code, 0);
  assertEquals((await s.run(pinWords)).code, 0);
});

Deno.test("a store without latest is named as damaged, with what mends it", async () => {
  await using s = await withSnapshots(2);
  Deno.removeSync(`${s.store}/latest`);
  const { code, err } = await s.run(["path", "demo"]);
  assertEquals(code, 14);
  assertStringIncludes(err, `${s.store}/latest is missing; the snapshots 1, 2 are there`);
  assertStringIncludes(err, "hint: Run: rcusync rollback demo 2\n");
  const told = `! demo: ${s.store}/latest is missing; the snapshots 1, 2 are there (Run: rcusync rollback demo 2)\n`;
  for (const command of ["status", "list"]) {
    assertStringIncludes((await s.run([command])).out, told);
    const [repository] = JSON.parse((await s.run([command, "--json"])).out).repositories;
    assertEquals(repository.damage, `${s.store}/latest is missing; the snapshots 1, 2 are there`);
  }
  assertEquals((await s.run(["rollback", "demo", "2"])).code, 0);
  assertEquals(JSON.parse((await s.run(["list", "--json"])).out).repositories[0].damage, null);
});

Deno.test("status --sizes tells what a snapshot has for itself and what it shares", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  await s.sync();
  s.change((up) => Deno.writeTextFileSync(`${up}/profiles/new`, "x".repeat(1000)));
  await s.sync();
  const { out } = await s.run(["status", "--sizes", "--json"]);
  const [first, second] = JSON.parse(out).repositories[0].snapshots;
  const stamp = Deno.statSync(`${s.up}/metadata/timestamp.chk`).size;
  const directories = sizeOfDirectories(s.snapshot(1));
  assert(directories > 0);
  assertEquals(first.size.own, directories + stamp);
  assertEquals(second.size.own, sizeOfDirectories(s.snapshot(2)) + stamp + 1000);
  assertEquals(first.size.shared, second.size.shared);
});

/** Each snapshot has directories of its own. */
function sizeOfDirectories(dir: string): number {
  const inside = [...Deno.readDirSync(dir)].filter(({ isDirectory }) => isDirectory);
  return Deno.statSync(dir).size + inside.reduce((sum, { name }) => sum + sizeOfDirectories(`${dir}/${name}`), 0);
}
