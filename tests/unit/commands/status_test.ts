import { assertEquals } from "@std/assert";
import { namedOrAll } from "../../../lib/commands/named_repositories.ts";
import { snapshotSize } from "../../../lib/gc/snapshot_size.ts";
import { statusCommand } from "../../../lib/commands/status.ts";
import type { SnapshotState } from "../../../lib/storage/snapshot_state.ts";
import { fakeClock } from "../../support/fake_system.ts";
import { configurationOf, rcuStorage, repositoryWith } from "../../support/repository.ts";
import { programOf, runProgram } from "../../support/run_command.ts";

const NOW = Date.UTC(2026, 0, 10);
const DAY = 24 * 3600 * 1000;

const SNAPSHOTS: readonly SnapshotState[] = [
  { id: 1, path: "/store/snapshots/1", publishedMs: NOW - 9 * DAY, keep: [] },
  {
    id: 2,
    path: "/store/snapshots/2",
    publishedMs: NOW - 8 * DAY,
    keep: [{ kind: "pinned", names: ["ci"] }, {
      kind: "in-use",
      readers: [{ pid: 42, command: "emerge", how: "cwd" }],
    }],
  },
  {
    id: 3,
    path: "/store/snapshots/3",
    publishedMs: NOW - DAY,
    keep: [{ kind: "spare" }, { kind: "unexpired", expiresMs: NOW + 6 * DAY }],
  },
  {
    id: 4,
    path: "/store/snapshots/4",
    publishedMs: NOW - 3600_000,
    keep: [{ kind: "latest" }],
    changes: { created: 3, changed: 10, deleted: 1 },
  },
];

function runStatus(argv: readonly string[]) {
  const snapshotStates = (_: unknown, { storage }: { storage: { kind: string } }) =>
    Promise.resolve({ snapshots: storage.kind === "hardlink_rcu" ? SNAPSHOTS : [], notes: ["Readers cannot be seen"] });
  const configuration = configurationOf([
    repositoryWith({ storage: rcuStorage("/store") }),
    repositoryWith({ name: "guru", autoSync: false }),
  ]);
  const program = programOf({ status: statusCommand({ snapshotStates, snapshotSize, namedOrAll }) });
  return runProgram(program, argv, { configuration, clock: fakeClock(NOW) });
}

Deno.test("status shows each snapshot and what keeps it, and one line for other storages", async () => {
  const { code, out, err } = await runStatus(["status"]);
  assertEquals({ code, err }, { code: 0, err: "rcusync: Readers cannot be seen\n" });
  assertEquals(out.split("\n"), [
    "gentoo: hardlink_rcu in /store",
    "SNAPSHOT  PUBLISHED             AGE       CREATED  CHANGED  DELETED  STATE",
    "       1  2026-01-01 00:00:00Z  9 days          -        -        -  expired",
    "       2  2026-01-02 00:00:00Z  8 days          -        -        -  pinned by ci, in use by emerge (42, cwd)",
    "       3  2026-01-09 00:00:00Z  24 hours        -        -        -  spare, expires in 6 days (2026-01-16)",
    "       4  2026-01-09 23:00:00Z  1 hour          3       10        1  latest",
    "",
    "guru: hardlink_quarantine at /nowhere/guru",
    "",
  ]);
});

Deno.test("status of a named repository shows that one alone", async () => {
  assertEquals((await runStatus(["status", "guru"])).out, "guru: hardlink_quarantine at /nowhere/guru\n");
});

Deno.test("status --json names the reasons with their facts", async () => {
  const [gentoo] = JSON.parse((await runStatus(["status", "gentoo", "--json"])).out).repositories;
  assertEquals(gentoo.snapshots[0].keep, []);
  assertEquals(gentoo.snapshots[2].keep[1], { kind: "unexpired", expires: "2026-01-16T00:00:00.000Z" });
  assertEquals(gentoo.snapshots[3].changes, { created: 3, changed: 10, deleted: 1 });
});
