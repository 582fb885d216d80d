import { assertEquals, assertStringIncludes } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { list } from "../../../lib/commands/list.ts";
import { configurationOf, rcuStorage, repositoryWith } from "../../support/repository.ts";
import { programOf, runProgram } from "../../support/run_command.ts";
import { tempDir } from "../../support/temp_dir.ts";

const program = programOf({ list });
const PUBLISHED = new Date("2026-01-02T03:04:05Z");

/** A store with snapshot 7 as its latest. */
function makeStore(store: string): void {
  Deno.mkdirSync(`${store}/snapshots/7`, { recursive: true });
  Deno.utimeSync(`${store}/snapshots/7`, PUBLISHED, PUBLISHED);
  Deno.symlinkSync("snapshots/7", `${store}/latest`);
}

Deno.test("list shows the latest snapshot and when it was published", async () => {
  using dir = tempDir();
  makeStore(dir.path);
  const configuration = configurationOf([repositoryWith({ storage: rcuStorage(dir.path) })]);
  const { code, out } = await runProgram(program, ["list"], { configuration });
  assertEquals(code, 0);
  assertEquals(out.split("\n")[1], "gentoo  rsync  hardlink_rcu       7  2026-01-02 03:04:05Z  yes   /nowhere/gentoo");
});

Deno.test("list takes the mirror's timestamp where there are no snapshots", async () => {
  using dir = tempDir();
  Deno.mkdirSync(`${dir.path}/metadata`);
  Deno.writeTextFileSync(`${dir.path}/metadata/timestamp.chk`, "x");
  Deno.utimeSync(`${dir.path}/metadata/timestamp.chk`, PUBLISHED, PUBLISHED);
  const configuration = configurationOf([repositoryWith({ location: dir.path })]);
  const { out } = await runProgram(program, ["list", "--json"], { configuration });
  const [repository] = JSON.parse(out).repositories;
  assertEquals(repository.lastSync, "2026-01-02T03:04:05.000Z");
  assertEquals(repository.latest, null);
});

Deno.test("list says what keeps a repository from being synced", async () => {
  const faults = [new Fault("configuration", 'Repository "gentoo" has no sync-uri', { hint: "Set sync-uri" })];
  const configuration = configurationOf([repositoryWith({ faults })]);
  const { code, out } = await runProgram(program, ["list"], { configuration });
  assertEquals(code, 0);
  assertStringIncludes(out, '! gentoo cannot be synced: Repository "gentoo" has no sync-uri (Set sync-uri)\n');
  assertStringIncludes(out, "never");
});

Deno.test("list without repositories prints nothing and says so", async () => {
  const { code, out, err } = await runProgram(program, ["list"]);
  assertEquals({ code, out, err }, { code: 0, out: "", err: "rcusync: No repository is configured\n" });
});
