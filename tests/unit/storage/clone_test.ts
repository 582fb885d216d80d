import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { isErrno } from "../../../lib/base/errno.ts";
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

Deno.test("a clone has the entries of its original with modes, owners and times, and the same files", async () => {
  for (let seed = 1; seed <= TREES; seed++) {
    using dir = tempDir();
    const tree = `${dir.path}/tree`;
    const random = randomOf(seed);
    Deno.mkdirSync(tree);
    for (let round = 1; round <= 5; round++) editAtRandom(tree, random);
    assertEquals(await comparable(await cloneOf(tree)), await comparable(tree), `tree ${seed}`);
  }
});

testUnless(
  withoutRoot(),
  "root keeps the owners of directories, and the mode bits that a change of owner takes",
  async () => {
    using dir = tempDir();
    const tree = smallTree(dir.path);
    Deno.chownSync(`${tree}/dir`, 12, 34);
    Deno.chmodSync(`${tree}/dir`, 0o2750);
    const entry = (await treeOf(await cloneOf(tree))).get("dir");
    assertEquals([entry?.uid, entry?.gid, entry?.mode], [12, 34, 0o2750]);
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
