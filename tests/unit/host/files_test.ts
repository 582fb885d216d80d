import { assertEquals, assertThrows } from "@std/assert";
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
}
