import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { isErrno } from "../../../lib/base/errno.ts";
import { Fault } from "../../../lib/base/fault.ts";
import type { Files } from "../../../lib/host/files.ts";
import { thisMachine } from "../../../lib/host/this_machine.ts";
import { type CloneOptions, cloneTree } from "../../../lib/storage/clone.ts";
import { exists, inodeOf, namesIn } from "../../support/entries.ts";
import { editAtRandom } from "../../support/random_edit.ts";
import { longMode } from "../../support/long_test.ts";
import { randomOf } from "../../support/random.ts";
import { testUnless, withoutRoot } from "../../support/skip.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { treeOf } from "../../support/tree_of.ts";

const TREES = longMode ? 200 : 20;

/** Clones `from` beside it, perhaps with other calls, and returns the path of the clone. */
async function cloneOf(
  from: string,
  { files = {}, ...options }: Partial<CloneOptions> & { readonly files?: Partial<Files> } = {},
): Promise<string> {
  const system = thisMachine();
  const to = `${from}.clone`;
  await cloneTree({ ...system, files: { ...system.files, ...files } }, from, to, {
    signal: new AbortController().signal,
    ...options,
  });
  return to;
}

/** A tree with a file in a directory. */
function smallTree(path: string): string {
  const tree = `${path}/tree`;
  Deno.mkdirSync(`${tree}/dir`, { recursive: true });
  Deno.writeTextFileSync(`${tree}/dir/file`, "text");
  return tree;
}

/** All that two clones have in common; of directories, not the inode. */
async function comparable(dir: string) {
  return new Map(
    [...await treeOf(dir)].map(([path, entry]) => [path, entry.type === "directory" ? { ...entry, ino: 0 } : entry]),
  );
}

/** Clones as if there were two processors at least, and nothing were to be done by one alone. */
async function sharedCloneOf(from: string, options: Parameters<typeof cloneOf>[1] = {}): Promise<string> {
  return await cloneOf(from, { ...options, directoriesAlone: 1 });
}

for (const [how, clone] of [["alone", cloneOf], ["shared", sharedCloneOf]] as const) {
  Deno.test(`a clone, ${how}, has the entries of its original with modes, owners and times, and the same files`, async () => {
    for (let seed = 1; seed <= TREES; seed++) {
      using dir = tempDir();
      const tree = `${dir.path}/tree`;
      const random = randomOf(seed);
      Deno.mkdirSync(tree);
      for (let round = 1; round <= 5; round++) editAtRandom(tree, random);
      assertEquals(await comparable(await clone(tree)), await comparable(tree), `tree ${seed}`);
    }
  });
}

Deno.test("several processors share in one big directory and in many that lie deep", async () => {
  using dir = tempDir();
  const tree = `${dir.path}/tree`;
  for (let at = 0; at < 300; at++) {
    Deno.mkdirSync(`${tree}/a/b/c${at % 3}/d${at}/e`, { recursive: true, mode: at % 2 === 0 ? 0o755 : 0o700 });
    Deno.writeTextFileSync(`${tree}/a/b/c${at % 3}/d${at}/e/file-${"x".repeat(at % 200)}`, "");
  }
  Deno.mkdirSync(`${tree}/many`);
  for (let at = 0; at < 3000; at++) Deno.writeTextFileSync(`${tree}/many/file-ä-${"x".repeat(at % 100)}${at}`, "");
  assertEquals(await comparable(await sharedCloneOf(tree)), await comparable(tree));
});

Deno.test("what several processors cannot link is copied, and its directory keeps its time", async () => {
  using dir = tempDir();
  const tree = smallTree(dir.path);
  Deno.utimeSync(`${tree}/dir`, 1, 1_000_000);
  const system = thisMachine();
  const linkTrees: Files["linkTrees"] = async (dirs, options) => {
    const left = await system.files.linkTrees?.(dirs, options) ?? [];
    // As if the link could not be made.
    Deno.removeSync(`${options.to}/dir/file`);
    return [...left, { dir: "dir", names: ["file"] }];
  };
  const clone = await sharedCloneOf(tree, { files: { linkTrees } });
  assertEquals(Deno.readTextFileSync(`${clone}/dir/file`), "text");
  assertEquals(Deno.lstatSync(`${clone}/dir`).mtime?.getTime(), 1_000_000_000);
});

Deno.test("where the C library has not all that several processors need, one does it", async () => {
  using dir = tempDir();
  const tree = smallTree(dir.path);
  const linkTrees: Files["linkTrees"] = () => Promise.reject(Object.assign(new Error("ENOSYS"), { code: "ENOSYS" }));
  assertEquals(await comparable(await sharedCloneOf(tree, { files: { linkTrees } })), await comparable(tree));
});

Deno.test("what is in the way of several processors is told by its errno name", async () => {
  using dir = tempDir();
  const tree = smallTree(dir.path);
  const files: Partial<Files> = {
    mkdir: (path, mode) => {
      Deno.mkdirSync(path, { mode: mode ?? 0o777 });
      if (path.endsWith("/dir")) Deno.mkdirSync(`${path}/sub`);
    },
  };
  Deno.mkdirSync(`${tree}/dir/sub`);
  const error = await assertRejects(() => sharedCloneOf(tree, { files }), Error);
  assertEquals(isErrno(error, "EEXIST"), true, String(error));
});

Deno.test("several processors stop when the signal aborts", async () => {
  using dir = tempDir();
  const tree = smallTree(dir.path);
  for (let at = 0; at < 2000; at++) Deno.mkdirSync(`${tree}/dir/${at}`);
  const stop = new AbortController();
  const system = thisMachine();
  const linkTrees: Files["linkTrees"] = (dirs, options) => {
    queueMicrotask(() => stop.abort(new Error("enough")));
    return system.files.linkTrees?.(dirs, options) ?? Promise.resolve([]);
  };
  await assertRejects(() => sharedCloneOf(tree, { files: { linkTrees }, signal: stop.signal }), Error, "enough");
});

Deno.test("a name that is no UTF-8 is refused by several processors as by one", async () => {
  using dir = tempDir();
  const tree = smallTree(dir.path);
  const { success } = new Deno.Command("sh", { args: ["-c", `: > '${tree}/dir/a'$(printf '\\377')`] }).outputSync();
  assertEquals(success, true);
  const fault = await assertRejects(() => sharedCloneOf(tree), Fault, "not valid UTF-8");
  assertEquals(fault.kind, "store");
});

testUnless(
  withoutRoot(),
  "root keeps the owners of directories, and the mode bits that a change of owner takes",
  async () => {
    using dir = tempDir();
    const tree = smallTree(dir.path);
    Deno.chownSync(`${tree}/dir`, 12, 34);
    Deno.chmodSync(`${tree}/dir`, 0o2750);
    for (const directoriesAlone of [1, 1000]) {
      const clone = await cloneOf(tree, { directoriesAlone });
      const entry = (await treeOf(clone)).get("dir");
      assertEquals([entry?.uid, entry?.gid, entry?.mode], [12, 34, 0o2750]);
      Deno.removeSync(clone, { recursive: true });
    }
  },
);

Deno.test("a directory's time is kept to the nanosecond", async () => {
  using dir = tempDir();
  const tree = smallTree(dir.path);
  const { success } = new Deno.Command("touch", { args: ["-d", "2020-01-02 03:04:05.123456789 UTC", `${tree}/dir`] })
    .outputSync();
  assertEquals(success, true);
  const clone = await cloneOf(tree);
  const { stdout } = new Deno.Command("stat", { args: ["-c", "%.9Y", `${clone}/dir`] }).outputSync();
  assertEquals(new TextDecoder().decode(stdout).trim(), "1577934245.123456789");
});

for (const code of ["EMLINK", "EPERM", "EXDEV", "EOPNOTSUPP"]) {
  Deno.test(`a file that cannot be linked for ${code} is copied`, async () => {
    using dir = tempDir();
    const tree = smallTree(dir.path);
    Deno.chmodSync(`${tree}/dir/file`, 0o640);
    Deno.utimeSync(`${tree}/dir/file`, 1, 1_000_000);
    const link = () => {
      throw Object.assign(new Error(code), { code });
    };
    const clone = await cloneOf(tree, { files: { link } });
    assertNotEquals(inodeOf(`${clone}/dir/file`), inodeOf(`${tree}/dir/file`));
    const [copied, original] = [clone, tree].map((root) => Deno.lstatSync(`${root}/dir/file`));
    assertEquals([copied?.mode, copied?.mtime], [original?.mode, original?.mtime]);
    assertEquals(Deno.readTextFileSync(`${clone}/dir/file`), "text");
  });
}

Deno.test("a full file system ends a clone with its error", async () => {
  using dir = tempDir();
  const tree = smallTree(dir.path);
  const mkdir = () => {
    throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
  };
  const error = await assertRejects(() => cloneOf(tree, { files: { mkdir } }), Error);
  assertEquals(isErrno(error, "ENOSPC"), true);
});

Deno.test("an unshared clone has the same links but no file of its original", async () => {
  using dir = tempDir();
  const tree = smallTree(dir.path);
  Deno.symlinkSync("dir/file", `${tree}/link`);
  const clone = await cloneOf(tree, { unshared: true });
  assertNotEquals(inodeOf(`${clone}/dir/file`), inodeOf(`${tree}/dir/file`));
  assertEquals(inodeOf(`${clone}/link`), inodeOf(`${tree}/link`));
});

Deno.test("names to skip are left out at the top alone", async () => {
  using dir = tempDir();
  const tree = smallTree(dir.path);
  Deno.mkdirSync(`${tree}/dir/dir`);
  Deno.mkdirSync(`${tree}/other`);
  const clone = await cloneOf(tree, { skip: new Set(["other"]) });
  assertEquals([exists(`${clone}/other`), namesIn(`${clone}/dir`)], [false, ["dir", "file"]]);
});
