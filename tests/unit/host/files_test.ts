import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { systemFiles } from "../../../lib/host/files.ts";
import { tempDir } from "../../support/temp_dir.ts";

Deno.test("without a C library a flush is sync(1), and resolves", async () => {
  using dir = tempDir();
  await systemFiles({}).flush(dir.path);
});

Deno.test("without a C library names cannot be exchanged, and the error says so by its code", () => {
  using dir = tempDir();
  const error = assertThrows(() => systemFiles({}).exchange(`${dir.path}/a`, `${dir.path}/b`), Error);
  assertEquals("code" in error && error.code, "ENOSYS");
});

for (const [how, files] of [["with", systemFiles()], ["without", systemFiles({})]] as const) {
  Deno.test(`${how} a C library times, owners and names are changed alike`, () => {
    using dir = tempDir();
    const [file, copy] = [`${dir.path}/file`, `${dir.path}/copy`];
    for (const path of [file, copy]) files.createFile(path, "text");
    files.setMtimeMs(file, 1_700_000_000_123);
    files.copyMtime(file, copy);
    assertEquals(files.lstat(copy)?.mtimeMs, 1_700_000_000_123);
    files.lchown(copy, Deno.uid() ?? 0, Deno.gid() ?? 0);
    assertEquals(files.lstat(copy)?.uid, Deno.uid());
    files.unlink(copy);
    assertEquals(files.lstat(copy), undefined);
    assertThrows(() => files.unlink(dir.path), Error);
  });

  Deno.test(`${how} a C library what is to be removed is, or turns out to be a directory, or not there`, () => {
    using dir = tempDir();
    const [file, link, inside] = [`${dir.path}/file`, `${dir.path}/link`, `${dir.path}/dir`];
    files.createFile(file, "text");
    files.mkdir(inside);
    files.symlink("dir", link);
    const all = [
      file,
      link,
      inside,
      `${file}/below`,
      `${dir.path}/${"n".repeat(300)}`,
      `${dir.path}/${"d/".repeat(3000)}`,
    ];
    assertEquals(all.map((path) => files.tryUnlink(path)), [
      "unlinked",
      "unlinked",
      "directory",
      "missing",
      "missing",
      "missing",
    ]);
    assertEquals(all.map((path) => files.lstat(path)?.type), [
      undefined,
      undefined,
      "directory",
      undefined,
      undefined,
      undefined,
    ]);
    assertThrows(() => files.tryUnlink(`${file}\0x`), TypeError);
    const error = assertThrows(() => files.tryUnlink("/proc/self/status"), Error);
    assertMatch("code" in error ? String(error.code) : "", /^(EPERM|EACCES)$/);
  });
}
