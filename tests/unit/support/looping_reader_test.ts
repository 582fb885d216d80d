import { assert, assertEquals } from "@std/assert";
import { generateTree } from "../../support/generated_tree.ts";
import { loopingReader } from "../../support/looping_reader.ts";
import { tempDir } from "../../support/temp_dir.ts";

Deno.test("loopingReader reads whole trees and tells which ones it saw", async () => {
  using dir = tempDir();
  const root = Deno.realPathSync(dir.path);
  for (const name of ["a", "b"]) generateTree(`${root}/${name}`, { packages: 4, seed: 1 });
  Deno.symlinkSync("a", `${root}/location`);
  const reader = loopingReader(`${root}/location`);
  Deno.symlinkSync("b", `${root}/location.new`);
  Deno.renameSync(`${root}/location.new`, `${root}/location`);
  await new Promise((resolve) => setTimeout(resolve));
  const { reads, failures, trees } = await reader.stop();
  assert(reads >= 2);
  assertEquals({ failures, trees }, { failures: [], trees: [`${root}/a`, `${root}/b`] });
});

Deno.test("loopingReader counts a location that is missing and a tree of two generations", async () => {
  using dir = tempDir();
  const missing = await loopingReader(`${dir.path}/nowhere`).stop();
  assertEquals(missing.failures.length, missing.reads);

  generateTree(`${dir.path}/tree`, { packages: 4, seed: 1 });
  Deno.removeSync(`${dir.path}/tree/app-admin/pkg0/metadata.xml`);
  const mixed = await loopingReader(`${dir.path}/tree`).stop();
  assertEquals(mixed.failures.length, mixed.reads);
});
