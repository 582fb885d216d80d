import { assertEquals, assertStringIncludes } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { gcCommand } from "../../../lib/commands/gc.ts";
import { namedOrAll } from "../../../lib/commands/named_repositories.ts";
import { fakeClock } from "../../support/fake_system.ts";
import { configurationOf, rcuStorage, repositoryWith } from "../../support/repository.ts";
import { programOf, runProgram } from "../../support/run_command.ts";

const NOW = Date.UTC(2026, 0, 10);

/** Runs `gc` where collecting removes snapshot 1 of two, but fails for the repository `locked`. */
async function runGc(argv: readonly string[], names: readonly string[]) {
  const dryRuns: boolean[] = [];
  const command = gcCommand({
    namedOrAll,
    collectAfterReaders: () => Promise.reject(new Error("nobody waits here")),
    collectGarbage: (_, { name }, { dryRun }) => {
      dryRuns.push(dryRun);
      if (name === "locked") return Promise.reject(new Fault("locked", "Another writer holds it"));
      return Promise.resolve({
        snapshots: [
          { id: 1, path: "/s/1", publishedMs: 0, keep: [] },
          { id: 2, path: "/s/2", publishedMs: NOW, keep: [{ kind: "latest" }] },
        ],
        removed: [1],
        notes: ["Readers cannot be seen"],
      });
    },
  });
  const configuration = configurationOf(names.map((name) => repositoryWith({ name, storage: rcuStorage("/s") })));
  const ran = await runProgram(programOf({ gc: command }), argv, { configuration, clock: fakeClock(NOW) });
  return { ...ran, dryRuns };
}

Deno.test("gc tells for each snapshot whether it was removed and why", async () => {
  const { code, out, dryRuns } = await runGc(["gc"], ["gentoo"]);
  assertEquals({ code, dryRuns }, { code: 0, dryRuns: [false] });
  assertEquals(out.split("\n"), [
    "gentoo",
    "SNAPSHOT  PUBLISHED             DECISION  WHY",
    "       1  1970-01-01 00:00:00Z  removed   expired",
    "       2  2026-01-10 00:00:00Z  kept      latest",
    "Readers cannot be seen",
    "",
  ]);
});

Deno.test("gc --dry-run says what would be removed", async () => {
  const { out, dryRuns } = await runGc(["gc", "-n"], ["gentoo"]);
  assertEquals(dryRuns, [true]);
  assertStringIncludes(out, "would be removed");
});

Deno.test("gc goes on after a repository that fails, and ends with 3", async () => {
  const { code, out, err } = await runGc(["gc"], ["locked", "gentoo"]);
  assertEquals({ code, err }, { code: 3, err: "rcusync: locked: Another writer holds it\n" });
  assertStringIncludes(out, "gentoo\n");
});

Deno.test("gc --json lists failures as errors and does not repeat them as text", async () => {
  const { out, err } = await runGc(["gc", "--json"], ["locked", "gentoo"]);
  const document = JSON.parse(out);
  assertEquals(document.repositories[0].removed, [1]);
  assertEquals(document.errors, [{ repository: "locked", kind: "locked", message: "Another writer holds it" }]);
  assertEquals(err, "");
});

Deno.test("gc of repositories without snapshots says so and succeeds", async () => {
  const { code, err } = await runGc(["gc"], []);
  assertEquals({ code, err }, { code: 0, err: "rcusync: No repository with snapshots is selected\n" });
});
