import { dirname } from "@std/path";
import { killSweep } from "../support/kill_sweep.ts";
import { lab } from "../support/lab.ts";
import { testUnless } from "../support/skip.ts";
import { labToMigrate } from "../support/synced_lab.ts";
import { completeOldOrNew } from "../support/verdict.ts";

Deno.test("a migration that is killed anywhere leaves the old or the new tree, and the next sync ends it", async () => {
  await killSweep({
    name: "migration",
    command: "sync",
    prepare: () => labToMigrate(),
    keeps: [],
    check: completeOldOrNew,
  });
});

testUnless(
  sameFileSystem(),
  "a migration to another file system that is killed anywhere leaves the old or the new tree",
  async () => {
    const prepare = () => labToMigrate({ apart: true });
    await killSweep({
      name: "migration to another file system",
      command: "sync",
      prepare,
      keeps: [],
      check: completeOldOrNew,
    });
  },
);

function sameFileSystem(): string | undefined {
  using here = lab({ apart: true });
  const device = (path: string) => Deno.statSync(path).dev;
  const same = device(dirname(here.location)) === device(here.dir);
  return same ? "needs two file systems, in /dev/shm and the temporary directory" : undefined;
}
