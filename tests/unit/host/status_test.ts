import { assertEquals, assertThrows } from "@std/assert";
import { systemFiles } from "../../../lib/host/files.ts";
import { tempDir } from "../../support/temp_dir.ts";

const [byLibc, byDeno] = [systemFiles(), systemFiles({})];

Deno.test("lstat tells the same by the C library and without it", () => {
  using temp = tempDir();
  const { path } = temp;
  Deno.writeTextFileSync(`${path}/file`, "abc", { mode: 0o640 });
  Deno.linkSync(`${path}/file`, `${path}/päckchen`);
  Deno.utimeSync(`${path}/file`, 1_700_000_000, 1_700_000_000.987);
  Deno.writeTextFileSync(`${path}/sticky`, "");
  Deno.chmodSync(`${path}/sticky`, 0o6755);
  Deno.mkdirSync(`${path}/dir`);
  Deno.chmodSync(`${path}/dir`, 0o1777);
  Deno.symlinkSync("nowhere", `${path}/link`);
  Deno.truncateSync(`${path}/sticky`, 5 * 2 ** 32 + 1);
  new Deno.Command("mkfifo", { args: [`${path}/fifo`] }).outputSync();
  const there = ["file", "päckchen", "sticky", "dir", "link", "fifo", "", ".", "dir/.."].map((name) =>
    `${path}/${name}`
  );
  for (const one of [...there, "/", "/dev/null", "/proc/self/exe"]) {
    const found = byLibc.lstat(one);
    assertEquals(found, byDeno.lstat(one), one);
    assertEquals(found === undefined, false, one);
  }
  for (
    const missing of [
      `${path}/none`,
      `${path}/file/below`,
      `${path}/${"n".repeat(256)}`,
      `${path}/${"d/".repeat(3000)}x`,
      "",
    ]
  ) assertEquals([byLibc.lstat(missing), byDeno.lstat(missing)], [undefined, undefined], missing);
});

Deno.test("lstat does not take a name with NUL for the one before it", () => {
  using temp = tempDir();
  Deno.writeTextFileSync(`${temp.path}/file`, "");
  assertThrows(() => byLibc.lstat(`${temp.path}/file\0`), Error);
});

Deno.test("lstat tells times before 1970", () => {
  using temp = tempDir();
  Deno.writeTextFileSync(`${temp.path}/old`, "");
  new Deno.Command("touch", { args: ["-d", "1969-12-31T23:59:58.5Z", `${temp.path}/old`] }).outputSync();
  assertEquals(byLibc.lstat(`${temp.path}/old`)?.mtimeMs, -1500);
});
