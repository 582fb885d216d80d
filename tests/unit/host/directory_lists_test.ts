import { assert, assertEquals, assertRejects } from "@std/assert";
import { listAll } from "../../../lib/host/directory_lists.ts";
import type { DirectoryEntry } from "../../../lib/host/files.ts";
import { systemFiles } from "../../../lib/host/files.ts";
import { hashPool } from "../../../lib/host/hash_pool.ts";
import { tempDir } from "../../support/temp_dir.ts";

const files = systemFiles();

const sorted = (entries: readonly DirectoryEntry[] | undefined) =>
  entries?.toSorted((a, b) => a.name < b.name ? -1 : 1);

for (const [where, workers] of Object.entries({ "another thread": 2, "this thread": 1 })) {
  Deno.test(`directories are listed as readDir lists them, by ${where}`, async () => {
    using temp = tempDir();
    const [full, empty, many] = ["full", "empty", "many"].map((name) => `${temp.path}/${name}`) as [
      string,
      string,
      string,
    ];
    for (const dir of [full, empty, many]) Deno.mkdirSync(dir);
    for (const name of ["\ufeffa", "päckchen", "\u{1f4e6}", "x".repeat(255), ".hidden"]) {
      Deno.writeTextFileSync(`${full}/${name}`, "");
    }
    Deno.mkdirSync(`${full}/dir`);
    Deno.symlinkSync("dir", `${full}/link`);
    new Deno.Command("mkfifo", { args: [`${full}/fifo`] }).outputSync();
    // More than one call of getdents64(2) tells.
    for (let count = 0; count < 5000; count++) Deno.writeTextFileSync(`${many}/${"n".repeat(40)}${count}`, "");
    using pool = hashPool(workers);
    pool.start();
    const paths = [full, `${temp.path}/missing`, many, `${full}/link`, empty, `${full}/.hidden`, full];
    const listed = await listAll({ files, pool }, paths);
    const expected = [full, undefined, many, undefined, empty, undefined, full].map((path) =>
      path && [...Deno.readDirSync(path)]
    );
    assertEquals(listed.map(sorted), expected.map((entries) => entries && sorted(entries)));
  });
}

Deno.test("a name that is not in UTF-8 moves no other one", async () => {
  using temp = tempDir();
  new Deno.Command("sh", { args: ["-c", `cd "$1" && : > a && : > "$(printf 'b\\303')" && : > c`, "sh", temp.path] })
    .outputSync();
  using pool = hashPool(2);
  pool.start();
  const [listed] = await listAll({ files, pool }, [temp.path]);
  assertEquals(sorted(listed)?.map(({ name }) => name), ["a", "b\ufffd", "c"]);
});

Deno.test("a directory that cannot be listed by another thread is listed here, with all that is wrong with it", async () => {
  const treeNames = {
    ...files.treeNames,
    entries: () => {
      throw Object.assign(new Error("EIO"), { code: "EIO" });
    },
  };
  using temp = tempDir();
  const pool = { list: () => Promise.resolve({ counts: Int32Array.of(-1), names: "", types: new Uint8Array() }) };
  const error = await assertRejects(() => listAll({ files: { ...files, treeNames }, pool }, [temp.path]), Error, "EIO");
  assert("code" in error);
});
