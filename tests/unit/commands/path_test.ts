import { assertEquals } from "@std/assert";
import { path } from "../../../lib/commands/path.ts";
import { configurationOf, rcuStorage, repositoryWith } from "../../support/repository.ts";
import { programOf, runProgram } from "../../support/run_command.ts";
import { tempDir } from "../../support/temp_dir.ts";

const program = programOf({ path });

Deno.test("path prints the canonical path of the latest snapshot", async () => {
  using dir = tempDir();
  Deno.mkdirSync(`${dir.path}/real/snapshots/3`, { recursive: true });
  Deno.symlinkSync("snapshots/3", `${dir.path}/real/latest`);
  Deno.symlinkSync("real", `${dir.path}/store`);
  const configuration = configurationOf([repositoryWith({ storage: rcuStorage(`${dir.path}/store`) })]);
  const { code, out } = await runProgram(program, ["path", "gentoo"], { configuration });
  assertEquals({ code, out }, { code: 0, out: `${Deno.realPathSync(dir.path)}/real/snapshots/3\n` });
});

Deno.test("path prints the resolved location where there are no snapshots", async () => {
  using dir = tempDir();
  Deno.mkdirSync(`${dir.path}/tree`);
  Deno.symlinkSync("tree", `${dir.path}/link`);
  const configuration = configurationOf([repositoryWith({ location: `${dir.path}/link` })]);
  const { out } = await runProgram(program, ["path", "gentoo"], { configuration });
  assertEquals(out, `${Deno.realPathSync(dir.path)}/tree\n`);
});

Deno.test("path ends with 14 and leads to sync when there is no snapshot", async () => {
  using dir = tempDir();
  const configuration = configurationOf([repositoryWith({ storage: rcuStorage(dir.path) })]);
  const { code, out, err } = await runProgram(program, ["path", "gentoo"], { configuration });
  assertEquals({ code, out }, { code: 14, out: "" });
  assertEquals(
    err,
    `rcusync: Repository "gentoo" has no snapshot in "${dir.path}"\n  hint: Run: rcusync sync gentoo\n`,
  );
});

Deno.test("path ends with 14 when the location is not there", async () => {
  using dir = tempDir();
  const configuration = configurationOf([repositoryWith({ location: `${dir.path}/gone` })]);
  assertEquals((await runProgram(program, ["path", "gentoo"], { configuration })).code, 14);
});
