import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { systemFiles } from "../../../lib/host/files.ts";
import { tempDir } from "../../support/temp_dir.ts";

for (
  const [name, failing, calls, end] of [
    ["is one of the file system by sync(1)", "none", "-f PATH\n", "done"],
    ["is one of all where sync(1) cannot do that", "-f*", "-f PATH\n\n", "done"],
    ["that fails is an error with a code", "*", "-f PATH\n\n", "EIO"],
  ] as const
) {
  Deno.test(`without a C library a flush ${name}`, async () => {
    using dir = tempDir();
    const log = `${dir.path}/log`;
    const script = `#!/bin/sh\necho "$*" >>${log}\ncase "$*" in ${failing}) exit 1 ;; esac\n`;
    Deno.writeTextFileSync(`${dir.path}/sync`, script, { mode: 0o755 });
    assertEquals(await flushInChild(dir.path, { PATH: dir.path }), end);
    assertEquals(Deno.readTextFileSync(log).replaceAll(dir.path, "PATH"), calls);
  });
}

/** Flushes without a C library in a process with that environment: `done`, or the error's code. */
async function flushInChild(path: string, env: Record<string, string>): Promise<string> {
  const files = new URL("../../../lib/host/files.ts", import.meta.url);
  const program = `import { systemFiles } from "${files}";
    const end = await systemFiles({}).flush("${path}").then(() => "done", ({ code }) => code);
    await Deno.stdout.write(new TextEncoder().encode(end));`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", program], env }).output();
  return new TextDecoder().decode(stdout);
}

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
