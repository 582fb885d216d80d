import { assertEquals, assertThrows } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { planUpdate } from "../../../lib/sync/plan.ts";
import { checkSpace } from "../../../lib/sync/space.ts";

const plan = planUpdate([
  { path: "big", type: "file", kind: "create", size: 10_000_000 },
  { path: "small", type: "file", kind: "content", size: 1 },
]);

function check(space: { freeBytes: number; freeInodes: number | undefined } | undefined): void {
  checkSpace({ space: () => space }, "/store", plan);
}

Deno.test("an update that needs more space than there is, is refused before anything is made", () => {
  const fault = assertThrows(() => check({ freeBytes: 10_000_000, freeInodes: 100 }), Fault, "Not enough space");
  assertEquals(fault.kind, "disk-full");
});

Deno.test("an update that needs more inodes than there are, is refused", () => {
  assertThrows(() => check({ freeBytes: 1e9, freeInodes: 1 }), Fault, "Not enough inodes");
});

Deno.test("an update goes on where there is room, or nobody knows", () => {
  check({ freeBytes: 1e9, freeInodes: 2 });
  check({ freeBytes: 1e9, freeInodes: undefined });
  check(undefined);
});
