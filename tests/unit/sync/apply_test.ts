import { assertEquals, assertRejects } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { systemFiles } from "../../../lib/host/files.ts";
import { makeRoom } from "../../../lib/sync/apply.ts";
import type { UpdatePlan } from "../../../lib/sync/plan.ts";
import { type EntrySpec, file, writeEntries } from "../../support/dated_entries.ts";
import { namesIn } from "../../support/entries.ts";
import { tempDir } from "../../support/temp_dir.ts";

const NOTHING: UpdatePlan = { deletions: [], replacements: [], directories: [], fetches: [], bytes: 0 };

/** A staging tree with these entries, and beside it a directory `outside` that must stay as it is. */
function staging(entries: Readonly<Record<string, EntrySpec>>) {
  const dir = tempDir();
  writeEntries(`${dir.path}/staging`, entries);
  writeEntries(`${dir.path}/outside`, { passwd: file("root"), "sub/x": file("x"), "empty": { directory: true } });
  const names = (path: string) => namesIn(`${dir.path}/${path}`);
  return {
    names,
    outside: `${dir.path}/outside`,
    makeRoom: (plan: Partial<UpdatePlan>) =>
      makeRoom({ files: systemFiles() }, `${dir.path}/staging`, { ...NOTHING, ...plan }),
    assertOutsideIntact: () =>
      assertEquals([names("outside"), names("outside/sub")], [["empty", "passwd", "sub"], ["x"]]),
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

Deno.test("what is deleted or replaced is gone from staging, and the rest stays", async () => {
  using tree = staging({ gone: file("1"), "dir/changed": file("2"), "dir/same": file("3"), "old/x": file("4") });
  await tree.makeRoom({
    deletions: ["old/x", "old", "gone"],
    replacements: ["dir/changed", "new/y"],
    directories: ["new"],
    fetches: ["dir/changed", "new", "new/y"],
  });
  assertEquals([tree.names("staging"), tree.names("staging/dir")], [["dir"], ["same"]]);
});

Deno.test("a deleted directory stays when it holds something that the mirror does not rule", async () => {
  using tree = staging({ "dir/.git": file("mine"), "dir/theirs": file("1") });
  await tree.makeRoom({ deletions: ["dir/theirs", "dir"] });
  assertEquals(tree.names("staging/dir"), [".git"]);
});

Deno.test("a link makes room for a directory, and what it led to is not touched", async () => {
  using tree = staging({ dir: { link: "../outside" } });
  await tree.makeRoom({
    directories: ["dir", "dir/sub"],
    replacements: ["dir/passwd"],
    fetches: ["dir", "dir/passwd"],
  });
  assertEquals(tree.names("staging"), []);
  tree.assertOutsideIntact();
});

Deno.test("a directory makes room for a link", async () => {
  using tree = staging({ "dir/x": file("1") });
  await tree.makeRoom({ deletions: ["dir/x"], replacements: ["dir"], fetches: ["dir"] });
  assertEquals(tree.names("staging"), []);
});

const HOSTILE: Readonly<Record<string, Partial<UpdatePlan>>> = {
  "a deletion": { deletions: ["link/passwd"] },
  "the deletion of a directory": { deletions: ["link/empty"] },
  "a replacement": { replacements: ["link/passwd"] },
  "the replacement of a tree": { replacements: ["link/sub"] },
  "a replacement further down": { replacements: ["link/sub/x"] },
  "a directory": { directories: ["link/passwd"] },
  "a fetch": { fetches: ["link/fresh"] },
};

for (const [what, plan] of Object.entries(HOSTILE)) {
  Deno.test(`${what} below a link of the staging tree is refused, and nothing outside is touched`, async () => {
    using tree = staging({ link: { link: "../outside" }, "link-b": file("sorts between") });
    const fault = await assertRejects(() => tree.makeRoom(plan), Fault, "symlink");
    assertEquals(fault.kind, "mirror");
    tree.assertOutsideIntact();
  });
}

Deno.test("a fetch below a file of the staging tree is refused", async () => {
  using tree = staging({ "a/file": file("1") });
  await assertRejects(() => tree.makeRoom({ fetches: ["a/file/x"] }), Fault, 'below "a/file", which is a file');
});
