import { assertEquals, assertThrows } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import type { Change } from "../../../lib/rsync/change.ts";
import { planUpdate, realChanges } from "../../../lib/sync/plan.ts";

function change(kind: Change["kind"], path: string, type: Change["type"] = "file", size = 0): Change {
  return { kind, path, type, size };
}

Deno.test("a plan deletes innermost first and fetches outermost first", () => {
  const plan = planUpdate([
    change("delete", "old", "directory"),
    change("create", "new/b", "file", 5),
    change("delete", "old/x"),
    change("content", "a", "file", 7),
    change("create", "new", "directory"),
    change("attributes", "c", "directory"),
  ]);
  assertEquals(plan, {
    deletions: ["old/x", "old"],
    replacements: ["a", "new/b"],
    directories: ["new"],
    fetches: ["a", "c", "new", "new/b"],
    bytes: 12,
  });
});

Deno.test("a plan replaces a file of which only the attributes differ, since others share its inode", () => {
  assertEquals(planUpdate([change("attributes", "a")]).replacements, ["a"]);
});

Deno.test("a plan without changes does nothing", () => {
  assertEquals(planUpdate([]), { deletions: [], replacements: [], directories: [], fetches: [], bytes: 0 });
});

for (const type of ["symlink", "file"] as const) {
  Deno.test(`a plan that puts something below a ${type} of its own is refused`, () => {
    const listed = [change("create", "a", type), change("create", "a-b"), change("create", "a/b/passwd")];
    const fault = assertThrows(() => planUpdate(listed), Fault, 'lists "a/b/passwd", but "a" is no directory');
    assertEquals(fault.kind, "mirror");
  });
}

Deno.test("a directory that becomes a file is no contradiction: what was below it goes first", () => {
  const plan = planUpdate([change("delete", "a/x"), change("create", "a")]);
  assertEquals([plan.deletions, plan.replacements], [["a/x"], ["a"]]);
});

Deno.test("the attributes of the tree's root are no change, its creation is", () => {
  const created = change("create", ".", "directory");
  assertEquals(realChanges([change("attributes", ".", "directory"), created]), [created]);
});
