import { assert, assertEquals } from "@std/assert";
import { PROGRAM } from "../../lib/commands/table.ts";
import { schemaComplaints, schemaNames } from "../support/json_schema.ts";
import { type Lab, lab, rcuOptions } from "../support/lab.ts";
import { scenario } from "../support/scenario.ts";
import { signedMirror, syncUnpaused } from "../support/signed_mirror.ts";
import { syncedLab } from "../support/synced_lab.ts";
import { newTree, oldTree } from "../support/two_trees.ts";

Deno.test("every command has a schema, and every schema a command", () => {
  const commands = PROGRAM.commands.filter(({ hidden }) => !hidden).map(({ name }) => name);
  assertEquals(schemaNames(), [...commands, "common", "version"].sort());
});

/** Runs a command with `--json`, checks each line of its output against its schema, and returns the lines. */
async function valid(here: Lab, command: string, status = 0): Promise<Record<string, unknown>[]> {
  const { code, out, err } = await here.run(`--json ${command}`);
  const lines = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  const name = command.split(" ")[0] ?? "";
  for (const line of lines) assertEquals(schemaComplaints(name, line), [], `${command}: ${JSON.stringify(line)}`);
  assertEquals(code, status, `${command}: ${out}${err}`);
  return lines;
}

Deno.test("sync --json prints events as docs/schemas/sync.json has them", async () => {
  using here = lab();
  oldTree(here.up);
  here.configure(rcuOptions(here));
  await valid(here, "init");
  await valid(here, "sync --dry-run");
  const kinds = (await valid(here, "sync -v")).map(({ event }) => event);
  for (const kind of ["start", "phase", "done", "summary"]) assert(kinds.includes(kind), kind);
  await valid(here, "sync");
  newTree(here.up);
  await valid(here, "sync --min-interval=1h");
  const [planned] = (await valid(here, "sync -n")).filter(({ event }) => event === "plan");
  assert(Array.isArray(planned?.changes) && planned.changes.length > 0);
  await valid(here, "sync");
  Deno.removeSync(here.up, { recursive: true });
  const [failed] = (await valid(here, "sync", 13)).filter(({ outcome }) => outcome === "failed");
  assert(failed?.error !== undefined);
});

Deno.test("commands that read print documents as their schemas have them", async () => {
  using here = await syncedLab(rcuOptions);
  newTree(here.up);
  await here.run("sync");
  await here.run("pin demo 1 --name ci");
  const commands = [
    ...["list", "status", "status --sizes", "path demo", "diff demo", "diff demo --files", "config", "doctor"],
    ...["help", "help sync", "list --help", "man", "completions fish", "mount-args demo --for docker"],
    ...["exec demo -n -- true", "gc -n", "rollback demo -n", "migrate demo --to inplace -n"],
    ...["mount demo /mnt -n", "unmount /mnt -n", "pin demo -n --name x", "unpin demo ci -n"],
  ];
  for (const command of commands) await valid(here, command);
});

Deno.test("commands that write print documents as their schemas have them", async () => {
  using here = await syncedLab((lab) => rcuOptions(lab, { "sync-rcu-ttl-days": "0", "sync-rcu-spare-snapshots": "0" }));
  await valid(here, "pin demo --name ci");
  newTree(here.up);
  await here.run("sync");
  await valid(here, "status");
  await valid(here, "rollback demo 1");
  await valid(here, "unpin demo ci");
  await valid(here, "gc");
  await valid(here, "doctor --fix");
  await valid(here, "verify --tree /nowhere", 2);
});

Deno.test("what verification says, good and bad, is as the schemas have it", async () => {
  await using s = await scenario();
  const mirror = await signedMirror(s);
  s.configure(s.rcu(mirror.options));
  await syncUnpaused(s);
  const check = async (name: string, ran: Promise<{ readonly code: number; readonly out: string }>, status: number) => {
    const { code, out } = await ran;
    assertEquals(code, status, out);
    for (const line of out.trimEnd().split("\n")) assertEquals(schemaComplaints(name, JSON.parse(line)), [], line);
  };
  await check("verify", s.run(["verify", "--json"]), 0);
  s.change((up) => Deno.writeTextFileSync(`${up}/eclass/stray`, ""));
  await check("sync", syncUnpaused(s, { args: ["--json", "--strategy=plan"] }), 12);
  await check("status", s.run(["status", "--json"]), 0);
  Deno.writeTextFileSync(`${s.snapshot(1)}/stray`, "");
  await check("verify", s.run(["verify", "--json"]), 12);
});

Deno.test("fatal errors are documents, too", async () => {
  using here = await syncedLab(rcuOptions);
  const name = (document: Record<string, unknown> | undefined) => document?.command;
  assertEquals(name((await valid(here, "status nobody", 10))[0]), "status");
  assertEquals(name((await valid(here, "sync --no-such-flag", 2))[0]), undefined);
  assertEquals(name((await valid(here, "sync --wait --no-wait", 2))[0]), "sync");
  await valid(here, "pin demo 99 --name x", 2);
  await valid(here, "exec demo -- /nowhere/at/all", 127);
  Deno.writeTextFileSync(`${here.dir}/repos.conf`, "nonsense");
  await valid(here, "list", 10);
});

Deno.test("--version --json is as its schema has it, with and without a commit", async () => {
  using here = lab();
  const { out } = await here.run("--version --json");
  assertEquals(schemaComplaints("version", JSON.parse(out)), []);
  assertEquals(schemaComplaints("version", { ...JSON.parse(out), commit: "abc", date: "2026-01-01T00:00:00Z" }), []);
});

Deno.test("the check is strict: an undocumented, a missing and a wrong member are found", () => {
  const good = { schema: 1, command: "unmount", dryRun: true, dir: "/mnt", count: null };
  assertEquals(schemaComplaints("unmount", good), []);
  for (const bad of [{ more: 1 }, { dir: undefined }, { count: "1" }, { schema: 2 }]) {
    assert(schemaComplaints("unmount", JSON.parse(JSON.stringify({ ...good, ...bad }))).length > 0);
  }
});
