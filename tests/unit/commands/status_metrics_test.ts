import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { metricsText } from "../../../lib/commands/status_metrics.ts";
import { thisMachine } from "../../../lib/host/this_machine.ts";
import { rememberSync } from "../../../lib/store/last_sync.ts";
import { storeLayout } from "../../../lib/store/layout.ts";
import { fakeClock } from "../../support/fake_system.ts";
import { rcuOptions } from "../../support/lab.ts";
import { rcuStorage, repositoryWith } from "../../support/repository.ts";
import { syncedLab } from "../../support/synced_lab.ts";
import { tempDir } from "../../support/temp_dir.ts";

const NOW = Date.UTC(2026, 0, 10);

Deno.test("metrics tell age, last success, phases, snapshots and bytes of each store", () => {
  using dir = tempDir();
  const layout = storeLayout(dir.path);
  Deno.mkdirSync(layout.own);
  const system = { files: thisMachine().files, clock: fakeClock(NOW) };
  rememberSync(system.files, layout, {
    schema: 1,
    endedMs: NOW - 60_000,
    outcome: "up-to-date",
    durationMs: 1500,
    phasesMs: { probe: 400, plan: 1100 },
    bytes: 42,
  });
  const snapshots = [
    { id: 1, path: "/1", publishedMs: NOW - 9_000_000, keep: [], size: { own: 7, shared: 9 } },
    { id: 2, path: "/2", publishedMs: NOW - 3_600_000, keep: [{ kind: "latest" as const }] },
  ];
  const text = metricsText(system, [
    { repository: repositoryWith({ name: 'a"b\\c', storage: rcuStorage(dir.path) }), snapshots, rejected: true },
    { repository: repositoryWith({ name: "plain" }), snapshots: [], rejected: false },
  ]);
  const label = 'repository="a\\"b\\\\c"';
  assertEquals(text.split("\n").filter((line) => line !== "" && !line.startsWith("#")), [
    `rcusync_snapshots{${label}} 2`,
    `rcusync_rejected{${label}} 1`,
    `rcusync_latest_snapshot{${label}} 2`,
    `rcusync_latest_published_timestamp_seconds{${label}} ${(NOW - 3_600_000) / 1000}`,
    `rcusync_latest_age_seconds{${label}} 3600`,
    `rcusync_last_success_timestamp_seconds{${label}} ${(NOW - 60_000) / 1000}`,
    `rcusync_last_sync_duration_seconds{${label}} 1.5`,
    `rcusync_last_sync_phase_duration_seconds{${label},phase="probe"} 0.4`,
    `rcusync_last_sync_phase_duration_seconds{${label},phase="plan"} 1.1`,
    `rcusync_last_sync_fetched_bytes{${label}} 42`,
    `rcusync_snapshot_own_bytes{${label},snapshot="1"} 7`,
  ]);
  assertStringIncludes(text, "# HELP rcusync_snapshots Snapshots in the store\n# TYPE rcusync_snapshots gauge\n");
});

Deno.test("status --metrics writes what the last sync left, replaces the file in one step, and shows nothing", async () => {
  using here = await syncedLab(rcuOptions);
  const file = `${here.dir}/rcusync.prom`;
  Deno.writeTextFileSync(file, "old\n");
  using old = Deno.openSync(file);
  const { code, out, err } = await here.run(`status --metrics ${file}`);
  assertEquals({ code, out, err }, { code: 0, out: "", err: "" });
  const text = Deno.readTextFileSync(file);
  assertMatch(text, /\nrcusync_last_success_timestamp_seconds\{repository="demo"\} \d+/);
  assertMatch(text, /\nrcusync_last_sync_phase_duration_seconds\{repository="demo",phase="fetch"\} [\d.]+\n/);
  assertEquals(new TextDecoder().decode(await new Response(old.readable).bytes()), "old\n");
  assertEquals([...Deno.readDirSync(here.dir)].filter(({ name }) => name.startsWith("rcusync.prom")).length, 1);
});

Deno.test("status --metrics says where it cannot write, and leaves nothing there", async () => {
  using here = await syncedLab(rcuOptions);
  for (const path of [`${here.dir}/nowhere/x.prom`, `${here.dir}/repos.conf/x.prom`, here.up]) {
    const { code, err } = await here.run(`status --metrics ${path}`);
    assertEquals(code, 2, err);
    assertMatch(err, /^rcusync: Cannot write the metrics to ".*": E[A-Z]+\n {2}hint: Name a file in a directory/);
  }
  assertEquals([...Deno.readDirSync(here.dir)].filter(({ name }) => /^up\.\d/.test(name)), []);
});

Deno.test("status --metrics with --dry-run writes nothing", async () => {
  using here = await syncedLab(rcuOptions);
  const { err } = await here.run(`status -n --metrics ${here.dir}/x.prom`);
  assertEquals(err, `rcusync: Would write ${here.dir}/x.prom\n`);
  assertEquals([...Deno.readDirSync(here.dir)].filter(({ name }) => name.startsWith("x.prom")), []);
});
