import { assertEquals, assertStringIncludes } from "@std/assert";
import { startReader } from "../support/reader_process.ts";
import { type Scenario, scenario } from "../support/scenario.ts";

/** Snapshot 1 expired, 2 the latest. */
async function withExpired(): Promise<Scenario> {
  const s = await scenario();
  s.configure(s.rcu({ "sync-rcu-recycle": "no" }));
  await s.sync();
  s.change();
  await s.sync();
  s.configure(s.rcu({ "sync-rcu-recycle": "no", "sync-rcu-ttl-days": "0", "sync-rcu-spare-snapshots": "0" }));
  return s;
}

Deno.test("gc names the readers that keep a snapshot, with process, command and what they hold", async () => {
  await using s = await withExpired();
  await using reader = await startReader('cd "$1"', [s.snapshot(1)]);
  const { code, out } = await s.run(["gc"]);
  assertEquals(code, 0);
  assertStringIncludes(out, `kept      in use by sh (${reader.pid}, cwd`);
});

Deno.test("gc --wait=SECONDS ends with status 11 when somebody still reads, and removes nothing of it", async () => {
  await using s = await withExpired();
  await using reader = await startReader('cd "$1"', [s.snapshot(1)]);
  const { code, err } = await s.run(["gc", "--wait=0"]);
  assertEquals(code, 11);
  assertStringIncludes(err, `demo: Still read: snapshot 1 (in use by sh (${reader.pid}, cwd`);
  assertEquals(s.snapshots(), ["1", "2"]);
});

Deno.test("gc --wait without readers removes what is expired at once", async () => {
  await using s = await withExpired();
  const { code, err } = await s.run(["gc", "--wait"]);
  assertEquals({ code, err }, { code: 0, err: "" });
  assertEquals(s.snapshots(), ["2"]);
});

Deno.test("gc --wait that is interrupted stops waiting", async () => {
  await using s = await withExpired();
  await using _reader = await startReader('cd "$1"', [s.snapshot(1)]);
  const running = s.start(["gc", "--wait"]);
  running.kill("SIGTERM");
  assertEquals((await running.ended).code, 143);
  assertEquals(s.snapshots(), ["1", "2"]);
});
