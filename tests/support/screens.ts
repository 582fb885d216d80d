import type { Program } from "../../lib/cli/command.ts";
import { namedOrAll } from "../../lib/commands/named_repositories.ts";
import { statusCommand } from "../../lib/commands/status.ts";
import { syncCommand } from "../../lib/commands/sync.ts";
import { PROGRAM } from "../../lib/commands/table.ts";
import { snapshotSize } from "../../lib/gc/snapshot_size.ts";
import { selectRepositories } from "../../lib/repos_conf/select.ts";
import { failureOf } from "../../lib/rsync/failure.ts";
import type { SnapshotState } from "../../lib/storage/snapshot_state.ts";
import type { LastSync } from "../../lib/store/last_sync.ts";
import { storeLayout } from "../../lib/store/layout.ts";
import type { SyncDone, SyncEvent } from "../../lib/sync/event.ts";
import { fakeClock } from "./fake_system.ts";
import { type FakeTerminal, fakeTerminal } from "./fake_terminal.ts";
import { configurationOf, rcuStorage, repositoryWith } from "./repository.ts";
import { programOf, runProgram } from "./run_command.ts";

const NOW = Date.UTC(2026, 0, 10, 6, 30);
const HOUR = 3_600_000;
const COLUMNS = 100;

const STORE = "/var/db/repos/.gentoo.rcu";

const PHASES_MS = { probe: 300, plan: 600, stage: 100, fetch: 2100, publish: 200, collect: 100 };
const DONE = { event: "done", repository: "gentoo", durationMs: 3400, phasesMs: PHASES_MS } as const;
const STRATEGY = { name: "plan", why: "the tree is not verified" } as const;

const UPDATED: SyncDone = {
  ...{ ...DONE, outcome: "updated", snapshot: 12, bytes: 1_234_567 },
  changes: { created: 31, changed: 104, deleted: 12 },
  packages: 41,
  strategy: STRATEGY,
};

const REFUSED = "rsync: [Receiver] failed to connect to 192.0.2.7 (192.0.2.7): Connection refused (111)";
const { message, hint = "" } = failureOf(
  { code: 10, timedOut: false, errors: [REFUSED] },
  "probe rsync://192.0.2.7/guru",
);
const FAILED: SyncDone = {
  ...{ ...DONE, repository: "guru", outcome: "failed" },
  error: { kind: "mirror", message, hint },
};

const LAST_SYNC: LastSync = {
  ...{ schema: 1, endedMs: NOW - HOUR, outcome: "updated", durationMs: 3400, phasesMs: PHASES_MS, bytes: 1_234_567 },
  strategy: STRATEGY,
};

const UNDER_WAY: readonly SyncEvent[] = [
  { event: "start", repository: "gentoo", storage: "hardlink_rcu", uri: "" },
  { event: "phase", repository: "gentoo", phase: "fetch" },
  { ...{ event: "progress", repository: "gentoo", phase: "fetch", doneFiles: 61, totalFiles: 147 }, ...bytes(0.4) },
  { event: "start", repository: "guru", storage: "hardlink_rcu", uri: "" },
  { event: "phase", repository: "guru", phase: "plan" },
];

const SNAPSHOTS: readonly SnapshotState[] = [
  {
    ...{ id: 9, path: "/9", publishedMs: NOW - 200 * HOUR, changes: { created: 12, changed: 88, deleted: 7 } },
    keep: [{ kind: "in-use", readers: [{ pid: 4242, command: "emerge", how: "cwd" }] }],
  },
  {
    ...{ id: 11, path: "/11", publishedMs: NOW - 24 * HOUR, changes: { created: 40, changed: 310, deleted: 22 } },
    keep: [{ kind: "spare" }, { kind: "unexpired", expiresMs: NOW + 144 * HOUR }],
  },
  {
    ...{ id: 12, path: "/12", publishedMs: NOW - HOUR, changes: { created: 31, changed: 104, deleted: 12 } },
    keep: [{ kind: "latest" }],
  },
];

/** docs/screens.md: what rcusync looks like on a terminal of 100 columns, without its colours. */
export async function screensText(): Promise<string> {
  const screens = [
    ["Help", "rcusync --help", await shown(PROGRAM, ["--help"])],
    ["Help of a command", "rcusync help sync", await shown(PROGRAM, ["help", "sync"])],
    ["A sync that is under way", "rcusync sync -j 2", await syncShown(UNDER_WAY, true)],
    ["Its end, where one mirror is down", "rcusync sync -j 2", await syncShown([...UNDER_WAY, FAILED, UPDATED], false)],
    ["What there is, and what keeps it", "rcusync status gentoo", await statusShown()],
  ] as const;
  const parts = screens.map(([title, line, text]) => `## ${title}\n\n\`\`\`console\n# ${line}\n${text}\n\`\`\`\n`);
  return ["# Screens\n", "Written by `scripts/generate`; a test compares them.\n", ...parts].join("\n");
}

function bytes(share: number): { readonly doneBytes: number; readonly totalBytes: number } {
  return { doneBytes: Math.round(1_234_567 * share), totalBytes: 1_234_567 };
}

async function shown(program: Program, argv: readonly string[]): Promise<string> {
  const terminal = fakeTerminal({ columns: COLUMNS });
  const configuration = configurationOf([repositoryWith({ storage: rcuStorage(STORE) })]);
  const kept = new Map([[storeLayout(STORE).lastSync, JSON.stringify(LAST_SYNC)]]);
  const files = { readTextIfAny: (path: string) => kept.get(path) };
  await runProgram(program, [...argv, "--color=never"], { terminal, configuration, clock: fakeClock(NOW), files });
  return textOf(terminal);
}

function statusShown(): Promise<string> {
  const snapshotStates = () => Promise.resolve({ snapshots: SNAPSHOTS, notes: [] });
  return shown(programOf({ status: statusCommand({ snapshotStates, snapshotSize, namedOrAll }) }), ["status"]);
}

/** The screen after these events; `isCut`: as it is before the run ends. */
async function syncShown(events: readonly SyncEvent[], isCut: boolean): Promise<string> {
  const terminal = fakeTerminal({ columns: COLUMNS });
  let before = "";
  const sync = syncCommand({
    selectRepositories,
    syncRepositories: (_system, _run, { onEvent }) => {
      for (const event of events) onEvent(event);
      before = textOf(terminal);
      const repositories = events.flatMap((event) => event.event === "done" ? [event] : []);
      return Promise.resolve({ repositories, hookFaults: [] });
    },
  });
  const configuration = configurationOf([repositoryWith(), repositoryWith({ name: "guru" })]);
  await runProgram(programOf({ sync }), ["sync", "--color=never"], { terminal, configuration, clock: fakeClock(NOW) });
  return isCut ? before : textOf(terminal);
}

function textOf(terminal: FakeTerminal): string {
  return terminal.screen().join("\n").trimEnd();
}
