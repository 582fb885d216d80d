import { assertEquals, assertThrows } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { confinedFiles } from "../../../lib/host/confined_files.ts";
import type { Files } from "../../../lib/host/files.ts";
import { systemFiles } from "../../../lib/host/files.ts";
import { testUnless } from "../../support/skip.ts";
import { tempDir } from "../../support/temp_dir.ts";

const files = systemFiles();

/** A confined file system with two directories in it, one real and one a link to `victim`, which is outside. */
function scene(): { readonly root: string; readonly victim: string; readonly confined: Files } & Disposable {
  const dir = tempDir();
  const [root, victim] = [`${dir.path}/root`, `${dir.path}/victim`];
  for (const path of [`${root}/real/sub`, `${victim}/sub`]) Deno.mkdirSync(path, { recursive: true });
  for (const path of [`${root}/real/file`, `${root}/real/other`, `${victim}/file`]) Deno.writeTextFileSync(path, "x");
  Deno.symlinkSync(victim, `${root}/way`);
  Deno.symlinkSync("real", `${root}/inner`);
  const confined = files.confined?.(root) ?? files;
  return { root, victim, confined, [Symbol.dispose]: () => dir[Symbol.dispose]() };
}

const without = files.confined === undefined ? "needs a C library" : undefined;

/** What is done in the directory at `dir`. */
const DEEDS: Readonly<Record<string, (files: Files, dir: string, root: string) => void>> = {
  createFile: (files, dir) => files.createFile(`${dir}/new`, "x", 0o644),
  mkdir: (files, dir) => files.mkdir(`${dir}/new`),
  symlink: (files, dir) => files.symlink("file", `${dir}/new`),
  "link to": (files, dir, root) => files.link(`${root}/real/file`, `${dir}/new`),
  "link from": (files, dir, root) => files.link(`${dir}/file`, `${root}/new`),
  "rename to": (files, dir, root) => files.rename(`${root}/real/other`, `${dir}/new`),
  "rename from": (files, dir, root) => files.rename(`${dir}/file`, `${root}/new`),
  exchange: (files, dir, root) => files.exchange(`${root}/real/other`, `${dir}/file`),
  unlink: (files, dir) => files.unlink(`${dir}/file`),
  tryUnlink: (files, dir) => assertEquals(files.tryUnlink(`${dir}/file`), "unlinked"),
  rmdir: (files, dir) => files.rmdir(`${dir}/sub`),
  chmod: (files, dir) => files.chmod(`${dir}/file`, 0o600),
  "chmod of itself": (files, dir) => files.chmod(dir, 0o700),
  lchown: (files, dir) => files.lchown(`${dir}/file`, Deno.uid() ?? 0, Deno.gid() ?? 0),
  setMtimeMs: (files, dir) => files.setMtimeMs(`${dir}/file`, 1000),
  copyMtime: (files, dir, root) => files.copyMtime(`${root}/real/other`, `${dir}/file`),
  "copyFile to": (files, dir, root) => files.copyFile(`${root}/real/other`, `${dir}/new`),
  "copyFile from": (files, dir, root) => files.copyFile(`${dir}/file`, `${root}/new`),
};

for (const [what, deed] of Object.entries(DEEDS)) {
  testUnless(without, `${what} goes through no link below the root, and works without one`, () => {
    using s = scene();
    const before = [...Deno.readDirSync(s.victim)].map(({ name }) => name).sort();
    for (const dir of [`${s.root}/way`, `${s.root}/inner`]) {
      assertEquals(assertThrows(() => deed(s.confined, dir, s.root), Fault).kind, "store");
    }
    assertEquals([...Deno.readDirSync(s.victim)].map(({ name }) => name).sort(), before);
    const { mode, mtime } = Deno.statSync(`${s.victim}/file`);
    assertEquals([(mode ?? 0) & 0o777, Deno.statSync(s.victim).isDirectory], [0o644, true]);
    assertEquals((mtime?.getTime() ?? 0) > 1000, true);
    deed(s.confined, `${s.root}/real`, s.root);
  });
}

testUnless(without, "a tree is removed where it is, not where a link leads", async () => {
  using s = scene();
  await s.confined.removeTree(`${s.root}/real`);
  await s.confined.removeTree(`${s.root}/way`);
  assertEquals(files.lstat(`${s.root}/real`), undefined);
  assertEquals(files.lstat(`${s.victim}/file`)?.type, "file");
});

testUnless(without, "what goes wrong below the root names the path that was meant", () => {
  using s = scene();
  const error = assertThrows(() => s.confined.mkdir(`${s.root}/real/sub`), Error);
  assertEquals([error.message.includes(`${s.root}/real/sub`), error.message.includes("/proc/")], [true, false]);
  assertThrows(() => s.confined.unlink(`${s.root}/none/file`), Error, "ENOENT");
});

testUnless(without, "a copy neither follows a link nor replaces one", () => {
  using s = scene();
  Deno.symlinkSync(`${s.victim}/file`, `${s.root}/real/link`);
  assertEquals(assertThrows(() => s.confined.copyFile(`${s.root}/real/link`, `${s.root}/copy`), Fault).kind, "store");
  Deno.writeTextFileSync(`${s.root}/real/file`, "mine");
  assertThrows(() => s.confined.copyFile(`${s.root}/real/file`, `${s.root}/real/link`), Error, "exists");
  assertEquals(Deno.readTextFileSync(`${s.victim}/file`), "x");
  s.confined.copyFile(`${s.root}/real/file`, `${s.root}/real/new`);
  assertEquals(Deno.readTextFileSync(`${s.root}/real/new`), "mine");
});

testUnless(
  without,
  "what is not there is nothing to be removed, below a directory that is not there as well",
  async () => {
    using s = scene();
    await s.confined.removeTree(`${s.root}/none/file`);
    assertEquals(s.confined.tryUnlink(`${s.root}/none/file`), "missing");
  },
);

for (const errno of [1, 38]) {
  Deno.test(`where openat2 ends with ${errno} all is as without it`, () => {
    const opener = { openBeneath: () => -errno, close: () => {} };
    assertEquals(confinedFiles(files, opener, "/nowhere"), files);
  });
}
