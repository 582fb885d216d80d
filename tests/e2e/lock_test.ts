import { assertEquals, assertStringIncludes } from "@std/assert";
import { systemClock } from "../../lib/host/clock.ts";
import { systemFiles } from "../../lib/host/files.ts";
import { lockHolder } from "../../lib/store/lock.ts";
import { holdTransfers } from "../support/held_transfers.ts";
import { type Options, type Scenario, scenario } from "../support/scenario.ts";
import { testUnless, withoutRoot } from "../support/skip.ts";
import { syncHere } from "../support/sync_here.ts";

const storages: readonly (readonly [name: string, options: (s: Scenario) => Options])[] = [
  ["RCU", (s) => s.rcu()],
  ["quarantine", () => ({})],
];

for (const [name, options] of storages) {
  Deno.test(`T105 ${name}: a second sync with --no-wait exits 11 and names the holder, without it waits`, async () => {
    await using s = await scenario();
    s.configure(options(s));
    const transfer = holdTransfers(s);
    const first = s.startSync();
    await transfer.began();
    const refused = await s.sync(["--no-wait"]);
    assertEquals(refused.code, 11);
    assertStringIncludes(refused.err, `process ${first.pid}`);
    const calls = s.calls().length;
    // Whoever waits sleeps; only then may the first one go on.
    const sleep: typeof systemClock.sleep = (ms, signal) => {
      transfer.go();
      return systemClock.sleep(ms, signal);
    };
    const two = await syncHere(s, { args: ["--wait=30", "--json"], clock: { ...systemClock, sleep } });
    const one = await first.ended;
    assertEquals([one.code, two.code], [0, 0], one.err + two.err);
    assertStringIncludes(two.out, "Waiting for");
    assertStringIncludes(two.out, '"outcome":"up-to-date"');
    assertEquals(s.calls().slice(calls).filter((call) => call.includes("--dry-run")), []);
  });
}

testUnless(
  withoutRoot(),
  "nobody but those who sync can hold the store's lock, and whoever looks is told the rest",
  async () => {
    await using s = await scenario();
    s.configure(s.rcu());
    assertEquals((await s.sync()).code, 0);
    const lock = `${s.store}/.rcusync/lock`;
    assertEquals((Deno.statSync(lock).mode ?? 0) & 0o777, 0o600);
    // As an earlier version made it.
    Deno.chmodSync(lock, 0o644);
    assertEquals((await s.sync()).code, 0);
    Deno.chmodSync(s.path, 0o755);
    const taken = await new Deno.Command("flock", { args: ["-n", lock, "true"], uid: 4711, gid: 4711 }).output();
    assertEquals(taken.success, false);
    assertEquals(lockHolder(systemFiles(), lock)?.command, "rcusync");
  },
);
