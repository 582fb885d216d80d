import { assertEquals } from "@std/assert";
import type { FaultKind } from "../../../lib/base/fault.ts";
import { EXIT_STATUSES, exitCodeOf, exitCodeOfRun } from "../../../lib/cli/exit_code.ts";

const EXPECTED: Readonly<Record<FaultKind, number>> = {
  usage: 2,
  configuration: 10,
  locked: 11,
  verification: 12,
  mirror: 13,
  store: 14,
  "disk-full": 14,
  interrupted: 130,
  terminated: 143,
  hangup: 129,
  hook: 1,
  unexpected: 1,
};

Deno.test("every kind of fault has its exit status, and every status has a meaning", () => {
  const kinds: FaultKind[] = [
    "usage",
    "configuration",
    "locked",
    "verification",
    "mirror",
    "store",
    "disk-full",
    "interrupted",
    "terminated",
    "hangup",
    "hook",
    "unexpected",
  ];
  assertEquals(kinds.length, Object.keys(EXPECTED).length);
  const known: number[] = EXIT_STATUSES.map(([code]) => code);
  for (const kind of kinds) {
    assertEquals(exitCodeOf(kind), EXPECTED[kind]);
    assertEquals(known.includes(exitCodeOf(kind)), true, kind);
  }
});

const runs: readonly (readonly [name: string, failures: readonly FaultKind[], total: number, code: number])[] = [
  ["nothing to do is a success", [], 0, 0],
  ["no failure is a success", [], 3, 0],
  ["some failures among successes are 3", ["mirror"], 2, 3],
  ["one repository that fails gives its own status", ["locked"], 1, 11],
  ["all failing alike give that status", ["mirror", "mirror"], 2, 13],
  ["all failing differently are 1", ["mirror", "locked"], 2, 1],
  ["kinds that share a status count as alike", ["store", "disk-full"], 2, 14],
  ["an interruption outweighs partial success", ["interrupted"], 5, 130],
  ["a termination outweighs other failures", ["mirror", "terminated"], 2, 143],
  ["a terminal that was closed outweighs other failures", ["mirror", "hangup"], 2, 129],
];

for (const [name, failures, total, code] of runs) {
  Deno.test(`exit status: ${name}`, () => assertEquals(exitCodeOfRun(failures, total), code));
}
