import { assertEquals, assertStringIncludes } from "@std/assert";
import { namesIn, namesInAny } from "../support/entries.ts";
import { type Scenario, scenario } from "../support/scenario.ts";
import { testUnless, withoutCommand } from "../support/skip.ts";
import { copyOf } from "../support/tree_of.ts";
import { waitUntil } from "../support/wait_until.ts";

/** Processes that have `text` in their command line, but this one. */
function processesWith(text: string): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => {
    if (!(pid > 0) || pid === Deno.pid) return false;
    try {
      return Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes(text);
    } catch {
      return false; // gone meanwhile
    }
  });
}

/** A published snapshot, and a mirror with a file that takes a minute to fetch. */
async function slowScenario(): Promise<Scenario> {
  const s = await scenario();
  s.configure(s.rcu());
  assertEquals((await s.sync()).code, 0);
  const noise = crypto.getRandomValues(new Uint8Array(60_000));
  s.change((up) => {
    Deno.mkdirSync(`${up}/slow`);
    for (let at = 0; at < 20; at++) Deno.writeFileSync(`${up}/slow/${at}`, noise);
  });
  s.configure(s.rcu({ "sync-rsync-extra-opts": "--bwlimit=20" }));
  return s;
}

/** Starts a sync and resolves once rsync writes into the staging tree. */
async function startSlowSync(s: Scenario) {
  const running = s.startSync();
  const slow = `${s.store}/update/slow`;
  const started = () => {
    try {
      return Deno.readDirSync(slow)[Symbol.iterator]().next().done === false;
    } catch {
      return false; // not there yet
    }
  };
  await waitUntil("The transfer began", started);
  return running;
}

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  Deno.test(`${signal} to the process alone ends rsync, leaves no staging tree and the old snapshot, and exits ${code}`, async () => {
    await using s = await slowScenario();
    const before = await copyOf(s.snapshot(1));
    const running = await startSlowSync(s);
    Deno.kill(running.pid, signal);
    const ended = await running.ended;
    assertEquals([ended.code, processesWith(s.store)], [code, []]);
    assertEquals([s.snapshots(), namesIn(s.store)], [["1"], [".rcusync", "latest", "snapshots"]]);
    assertEquals(await copyOf(s.snapshot(1)), before);
    assertEquals(namesIn(`${s.path}/tmp`), []);
    s.configure(s.rcu());
    assertEquals([(await s.sync()).code, s.snapshots()], [0, ["1", "2"]]);
  });
}

testUnless(withoutCommand("nohup"), "SIGHUP means nothing to a sync that nohup started", async () => {
  await using s = await slowScenario();
  const running = s.start(["sync"], ["nohup"]);
  await waitUntil("The transfer began", () => namesInAny(`${s.store}/update/slow`).length > 0);
  Deno.kill(running.pid, "SIGHUP");
  Deno.kill(running.pid, "SIGTERM");
  assertEquals((await running.ended).code, 143);
});

Deno.test("doctor says of an update that an orphan still writes to that it will be removed", async () => {
  await using s = await slowScenario();
  const running = await startSlowSync(s);
  Deno.kill(running.pid, "SIGKILL");
  await running.ended;
  const { out } = await s.run(["doctor"]);
  for (const pid of processesWith(s.store)) Deno.kill(pid, "SIGKILL");
  assertStringIncludes(out, "is an unfinished update: it will be removed");
  await waitUntil("The orphan ended", () => processesWith(s.store).length === 0);
  assertStringIncludes((await s.run(["doctor"])).out, "is an unfinished update: it will be resumed");
});

Deno.test("SIGTERM to the whole process group ends it as well", async () => {
  await using s = await slowScenario();
  const running = await startSlowSync(s);
  running.kill("SIGTERM");
  assertEquals([(await running.ended).code, processesWith(s.store), s.snapshots()], [143, [], ["1"]]);
  assertEquals(namesIn(s.store), [".rcusync", "latest", "snapshots"]);
});

Deno.test("SIGKILL leaves the old snapshot, and the next sync needs no cleaning up", async () => {
  await using s = await slowScenario();
  const running = await startSlowSync(s);
  Deno.kill(running.pid, "SIGKILL");
  await running.ended;
  assertEquals(Deno.readLinkSync(`${s.store}/latest`), "snapshots/1");
  s.configure(s.rcu());
  const { code, err } = await s.sync();
  for (const pid of processesWith(s.store)) Deno.kill(pid, "SIGKILL");
  assertEquals([code, s.snapshots(), namesIn(s.store)], [0, ["1", "2"], [".rcusync", "latest", "snapshots"]], err);
  const [expected, published] = [await copyOf(s.up), await copyOf(s.snapshot(2))];
  for (const tree of [expected, published]) {
    // Times of directories are not synced.
    for (const [path, entry] of tree) if (entry.type === "directory") tree.delete(path);
  }
  assertEquals(published, expected);
});

Deno.test("SIGINT during the hooks exits 130 with the new snapshot published", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  s.writeConfig("etc/portage/repo.postsync.d/a", `#!/bin/sh\n: > '${s.path}/hooked'\nexec sleep 300\n`, 0o755);
  s.writeConfig("etc/portage/postsync.d/b", `#!/bin/sh\n: > '${s.path}/global'\n`, 0o755);
  const running = s.startSync(["--json"]);
  await waitUntil("The hook ran", () => namesIn(s.path).includes("hooked"));
  Deno.kill(running.pid, "SIGINT");
  const { code, out } = await running.ended;
  assertEquals([code, s.snapshots(), namesIn(s.path).includes("global")], [130, ["1"], false]);
  assertStringIncludes(out, '"outcome":"updated"');
});

Deno.test("an interrupted run does not begin with the repositories that are left", async () => {
  await using s = await scenario();
  const section = (name: string) => ({ location: `${s.path}/${name}`, "sync-type": "rsync", "sync-uri": s.uri });
  s.writeSections({ a: section("a"), b: section("b") });
  s.wrapRsync({ probe: `: > '${s.path}/probed'; exec sleep 300` });
  const running = s.startSync(["--json"]);
  await waitUntil("The probe began", () => namesIn(s.path).includes("probed"));
  Deno.kill(running.pid, "SIGTERM");
  const { code, out } = await running.ended;
  const events = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals([code, events.filter(({ repository }) => repository === "b")], [143, []]);
  assertEquals(events.at(-2).error.kind, "terminated");
  assertEquals(events.at(-1).event, "summary");
});
