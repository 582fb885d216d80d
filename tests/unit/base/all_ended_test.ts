import { assertEquals, assertRejects } from "@std/assert";
import { allEnded } from "../../../lib/base/all_ended.ts";

Deno.test("all that was begun together gives its results together", async () => {
  assertEquals(await allEnded([Promise.resolve(1), Promise.resolve("two")]), [1, "two"]);
});

Deno.test("what fails is told once the others have ended", async () => {
  const other = Promise.withResolvers<void>();
  let ended = false;
  const both = allEnded([
    Promise.reject(new Error("first")),
    other.promise.then(() => {
      ended = true;
    }),
  ]);
  queueMicrotask(other.resolve);
  await assertRejects(() => both, Error, "first");
  assertEquals(ended, true);
});
