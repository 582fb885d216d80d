import { assertEquals, assertThrows } from "@std/assert";
import { systemFiles } from "../../../lib/host/files.ts";
import { treeNames } from "../../../lib/host/tree_names.ts";
import { tempDir } from "../../support/temp_dir.ts";

const byName = (a: { readonly name: string }, b: { readonly name: string }) => a.name < b.name ? -1 : 1;

const readDir = (path: string) => [...Deno.readDirSync(path)];

for (const hasLibc of [true, false]) {
  Deno.test(`entries are what readDir tells, ${hasLibc ? "by the C library" : "without a C library"}`, () => {
    using temp = tempDir();
    const { entries } = treeNames(readDir, { hasLibc });
    for (const name of ["\ufeffa", "päckchen", "\u{1f4e6}", "x".repeat(255), ".hidden"]) {
      Deno.writeTextFileSync(`${temp.path}/${name}`, "");
    }
    Deno.mkdirSync(`${temp.path}/dir`);
    Deno.symlinkSync("dir", `${temp.path}/link`);
    new Deno.Command("mkfifo", { args: [`${temp.path}/fifo`] }).outputSync();
    assertEquals(entries(temp.path).sort(byName), readDir(temp.path).sort(byName));
    assertEquals(entries(`${temp.path}/dir`), []);
    // More than one call of getdents64(2) tells.
    for (let count = 0; count < 5000; count++) Deno.writeTextFileSync(`${temp.path}/dir/${"n".repeat(40)}${count}`, "");
    assertEquals(entries(`${temp.path}/dir`).sort(byName), readDir(`${temp.path}/dir`).sort(byName));
    assertEquals(entries(`${temp.path}/link`).length, 5000);
    assertThrows(() => entries(`${temp.path}/\ufeffa`), Deno.errors.NotADirectory);
    assertThrows(() => entries(`${temp.path}/missing`), Deno.errors.NotFound);
  });
}

Deno.test("a name that is no UTF-8 is told as readDir tells it", () => {
  using temp = tempDir();
  new Deno.Command("sh", { args: ["-c", "touch \"$(printf 'a\\377')\" b"], cwd: temp.path }).outputSync();
  assertEquals(systemFiles().treeNames.entries(temp.path).sort(byName), readDir(temp.path).sort(byName));
});
