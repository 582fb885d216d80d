import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { config } from "../../../lib/commands/config.ts";
import { configurationOf, repositoryWith } from "../../support/repository.ts";
import { programOf, runProgram } from "../../support/run_command.ts";

const program = programOf({ config });
const SECRET = "rsync://joe:hunter2@localhost/gentoo";

const gentoo = repositoryWith({
  options: new Map([
    ["location", { value: "/nowhere/gentoo", origin: { kind: "file", path: "/etc/portage/repos.conf", line: 2 } }],
    ["sync-uri", { value: SECRET, origin: { kind: "file", path: "/etc/portage/repos.conf", line: 3 } }],
  ]),
});

Deno.test("config shows each value with where it comes from, and defaults", async () => {
  const { code, out } = await runProgram(program, ["config"], { configuration: configurationOf([gentoo]) });
  assertEquals(code, 0);
  const lines = out.split("\n").map((line) => line.split(/\s{2,}/));
  assertEquals(lines.find(([key]) => key === "location"), ["location", "/nowhere/gentoo", "/etc/portage/repos.conf:2"]);
  assertEquals(lines.find(([key]) => key === "sync-rcu-ttl-days"), ["sync-rcu-ttl-days", "7", "default"]);
});

for (const argv of [["config"], ["config", "--json"]]) {
  Deno.test(`${argv.join(" ")} shows no password`, async () => {
    const configuration = configurationOf([gentoo], {
      warnings: [`Ignored ${SECRET}`],
      variables: { get: () => SECRET, features: new Set(), childEnvironment: {} },
    });
    const { out, err } = await runProgram(program, argv, { configuration });
    assertStringIncludes(out, "rsync://joe:***@localhost/gentoo");
    assert(!`${out}${err}`.includes("hunter2"));
  });
}

Deno.test("config ends with 10 and says so when a repository cannot be synced", async () => {
  const configuration = configurationOf([repositoryWith({ faults: [new Fault("configuration", "No sync-uri")] })], {
    rejected: [{ section: "bad", fault: new Fault("configuration", "No location") }],
  });
  const { code, err } = await runProgram(program, ["config"], { configuration });
  assertEquals({ code, err }, { code: 10, err: "rcusync: gentoo: No sync-uri\nrcusync: bad: No location\n" });
});
