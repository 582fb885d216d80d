import { assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { scenario } from "../support/scenario.ts";
import { testUnless, withoutCommand } from "../support/skip.ts";

testUnless(withoutCommand("script"), "progress is drawn on a terminal that does not tell its size", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  const { code, out } = await s.start(["sync"], ["sh", "-c", 'exec script -qec "$*" /dev/null', "sh"]).ended;
  assertEquals([code, s.snapshots()], [0, ["1"]]);
  assertStringIncludes(out, "demo  fetching");
  assertNotMatch(out, /Infinity|NaN/);
});
