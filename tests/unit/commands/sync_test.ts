import { assertEquals, assertStringIncludes } from "@std/assert";
import { Fault, type FaultKind } from "../../../lib/base/fault.ts";
import { syncCommand } from "../../../lib/commands/sync.ts";
import { selectRepositories } from "../../../lib/repos_conf/select.ts";
import type { SyncDone, SyncEvent } from "../../../lib/sync/event.ts";
import type { SyncOptions } from "../../../lib/sync/sync_job.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";
import { configurationOf, repositoryWith } from "../../support/repository.ts";
import { programOf, runProgram, type RunSettings } from "../../support/run_command.ts";

const UPDATED: SyncDone = {
  event: "done",
  repository: "gentoo",
  outcome: "updated",
  snapshot: 12,
  changes: { created: 3, changed: 10, deleted: 1 },
  bytes: 1_234_567,
  durationMs: 3400,
  phasesMs: { probe: 400, fetch: 3000 },
};

function failed(repository: string, kind: FaultKind): SyncDone {
  return {
    event: "done",
    repository,
    outcome: "failed",
    durationMs: 1,
    phasesMs: {},
    error: { kind, message: "No mirror could serve it", hint: "Try another" },
  };
}

/** Runs `sync` where syncing emits `events` and ends as their `done` events say. */
async function runSync(
  argv: readonly string[],
  { events, hookFaults = [], settings }: {
    readonly events: readonly SyncEvent[];
    readonly hookFaults?: readonly Fault[];
    readonly settings?: RunSettings;
  },
) {
  const seen: SyncOptions[] = [];
  const command = syncCommand({
    selectRepositories,
    syncRepositories: (_, __, options) => {
      seen.push(options);
      for (const event of events) options.onEvent(event);
      const repositories = events.flatMap((event) => event.event === "done" ? [event] : []);
      return Promise.resolve({ repositories, hookFaults });
    },
  });
  const configuration = configurationOf([repositoryWith(), repositoryWith({ name: "guru" })]);
  const ran = await runProgram(programOf({ sync: command }), ["sync", ...argv], { configuration, ...settings });
  return { ...ran, options: seen[0] };
}

/** What comes below the line of a repository that was updated. */
const PHASES = "  probe 0.4 s, fetch 3.0 s";

Deno.test("sync prints what changed, and the time by phase", async () => {
  const { code, out, err } = await runSync([], { events: [UPDATED] });
  assertEquals({ code, err }, { code: 0, err: "" });
  assertEquals(out, `gentoo  updated to snapshot 12: 3 created, 10 changed, 1 deleted, 1.2 MB in 3.4 s\n${PHASES}\n`);
});

Deno.test("sync tells how many packages changed", async () => {
  const { out } = await runSync([], { events: [{ ...UPDATED, packages: 4 }] });
  assertEquals(
    out,
    `gentoo  updated to snapshot 12: 3 created, 10 changed, 1 deleted in 4 packages, 1.2 MB in 3.4 s\n${PHASES}\n`,
  );
});

Deno.test("sync --quiet prints nothing on success", async () => {
  const { out, err } = await runSync(["-q"], {
    events: [{ event: "phase", repository: "gentoo", phase: "fetch" }, UPDATED],
  });
  assertEquals({ out, err }, { out: "", err: "" });
});

Deno.test("sync names the phases in a pipe with -v alone", async () => {
  const events: SyncEvent[] = [{ event: "phase", repository: "gentoo", phase: "fetch" }, UPDATED];
  assertEquals((await runSync([], { events })).err, "");
  assertEquals((await runSync(["-v"], { events })).err, "gentoo  fetching\n");
});

Deno.test("sync prints a repository's fault when it happens, once, and ends with its kind", async () => {
  const { code, out, err } = await runSync(["-q"], { events: [failed("gentoo", "mirror")] });
  assertEquals({ code, out }, { code: 13, out: "" });
  assertEquals(err, "rcusync: gentoo: No mirror could serve it\n  hint: Try another\n");
});

Deno.test("sync ends with 3 when some failed and others did not", async () => {
  assertEquals((await runSync([], { events: [UPDATED, failed("guru", "mirror")] })).code, 3);
});

Deno.test("sync ends with 1 when all failed in different ways", async () => {
  assertEquals((await runSync([], { events: [failed("gentoo", "mirror"), failed("guru", "locked")] })).code, 1);
});

Deno.test("T143 sync ends with 1 when only a global hook failed", async () => {
  const { code, err } = await runSync([], { events: [UPDATED], hookFaults: [new Fault("hook", "Hook x failed")] });
  assertEquals(code, 1);
  assertStringIncludes(err, "rcusync: Hook x failed\n");
});

Deno.test("sync --json prints each event as it is in a line, and the summary last", async () => {
  const { out, err } = await runSync(["--json"], { events: [UPDATED, failed("guru", "mirror")] });
  const lines = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines[0], { schema: 1, ...UPDATED });
  assertEquals(lines[1].error.kind, "mirror");
  assertEquals(lines[2], { schema: 1, event: "summary", updated: 1, upToDate: 0, failed: 1 });
  assertEquals({ count: lines.length, err }, { count: 3, err: "" });
});

Deno.test("sync with nothing to do says so and succeeds", async () => {
  const { code, out, err, options } = await runSync([], {
    events: [],
    settings: { configuration: configurationOf([repositoryWith({ autoSync: false })]) },
  });
  assertEquals({ code, out, err, options }, {
    code: 0,
    out: "",
    err: "rcusync: Nothing to sync: no repository auto-syncs\n",
    options: undefined,
  });
});

Deno.test("sync says what is doubtful in the configuration before it begins", async () => {
  const terminal = fakeTerminal({ columns: 80 });
  const configuration = configurationOf([repositoryWith()], { warnings: ["Unknown key"] });
  await runSync(["--color=never"], { events: [UPDATED], settings: { configuration, terminal } });
  assertEquals(terminal.screen()[0], "rcusync: Unknown key");
});

Deno.test("sync of an unknown repository fails and syncs nothing", async () => {
  const { code, options } = await runSync(["gento"], { events: [UPDATED] });
  assertEquals({ code, options }, { code: 10, options: undefined });
});

const waits: readonly (readonly [argv: readonly string[], seconds: number])[] = [
  [[], 60],
  [["--wait"], Infinity],
  [["--wait=5"], 5],
  [["--no-wait"], 0],
];

for (const [argv, seconds] of waits) {
  Deno.test(`sync ${argv.join(" ")} waits ${seconds} seconds for the lock`, async () => {
    assertEquals((await runSync(argv, { events: [UPDATED] })).options?.lockWaitSeconds, seconds);
  });
}

Deno.test("sync refuses --wait together with --no-wait", async () => {
  assertEquals((await runSync(["--wait", "--no-wait"], { events: [UPDATED] })).code, 2);
});

Deno.test("sync hands its flags on", async () => {
  const { options } = await runSync(["-n", "--force", "-j", "4", "-v"], { events: [UPDATED] });
  assertEquals(options?.dryRun, true);
  assertEquals(options?.force, true);
  assertEquals(options?.jobs, 4);
  assertEquals(options?.verbosity, "verbose");
});

Deno.test("sync takes --submodule more than once, and only parts that there are", async () => {
  const { options } = await runSync(["--submodule=news", "--submodule", "glsa"], { events: [UPDATED] });
  assertEquals(options?.submodules, ["news", "glsa"]);
  assertEquals((await runSync([], { events: [UPDATED] })).options?.submodules, []);
  const { code, err } = await runSync(["--submodule=news", "--submodule=new", "--submodule=glsa"], {
    events: [UPDATED],
  });
  assertEquals(code, 2);
  assertStringIncludes(err, `takes one of glsa, news, profiles, not "new"`);
});

Deno.test("sync --dry-run prints steps and changes, the first twenty unless -v", async () => {
  const changes = Array.from({ length: 22 }, (_, index) => ({ action: "create" as const, path: `file${index}` }));
  const events: SyncEvent[] = [{ event: "plan", repository: "gentoo", steps: ["fetch 22 files"], changes }];
  const { out } = await runSync(["-n"], { events });
  assertStringIncludes(out, "gentoo  would:\n  fetch 22 files\n  create  file0\n");
  assertStringIncludes(out, "  create  file19\n  … and 2 more changes; all with -v\n");
  assertStringIncludes((await runSync(["-n", "-v"], { events })).out, "  create  file21\n");
});

Deno.test("an update of which no numbers are known is told in one piece", async () => {
  const done = { event: "done", repository: "a", outcome: "updated", durationMs: 700, phasesMs: {} } as const;
  const { out } = await runSync([], { events: [done, { ...done, repository: "b", snapshot: 3 }] });
  assertEquals(out, "a  updated in 0.7 s\nb  updated to snapshot 3 in 0.7 s\n");
});

Deno.test("results stay above the progress on a terminal, and nothing of it is left", async () => {
  const terminal = fakeTerminal({ columns: 90 });
  await runSync(["--color=never"], {
    events: [
      { event: "start", repository: "gentoo", storage: "hardlink_rcu", uri: "" },
      { event: "start", repository: "guru", storage: "hardlink_rcu", uri: "" },
      { event: "warning", repository: "guru", message: "Mirror 1 is stale" },
      failed("guru", "mirror"),
      UPDATED,
    ],
    settings: { terminal },
  });
  assertEquals(terminal.screen(), [
    "rcusync: guru: Warning: Mirror 1 is stale",
    "rcusync: guru: No mirror could serve it",
    "  hint: Try another",
    "gentoo  updated to snapshot 12: 3 created, 10 changed, 1 deleted, 1.2 MB in 3.4 s",
    PHASES,
    "",
  ]);
});

Deno.test("sync escapes what a mirror may have chosen", async () => {
  const { out } = await runSync(["-n"], {
    events: [{
      event: "plan",
      repository: "gentoo",
      steps: [],
      changes: [{ action: "delete", path: "a\nb\u001b[2J" }],
    }],
  });
  assertEquals(out, "gentoo  would:\n  delete  a\\u{a}b\\u{1b}[2J\n");
});
