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

/** Where the streams of a sync go, and what it says and ends with then; its results count, its talk does not. */
const unwritable = [
  ["sync", ">/dev/full", 1],
  ["sync --json", ">/dev/full", 1],
  ["sync -v", "2>/dev/full", 0],
  ["sync -v", ">/dev/full 2>/dev/full", 1],
] as const;

for (const [line, to, expected] of unwritable) {
  Deno.test(`${line} ${to} publishes, and ends with ${expected}`, async () => {
    await using s = await scenario();
    s.configure(s.rcu());
    const { code, err } = await s.start(line.split(" "), ["sh", "-c", `exec "$@" ${to}`, "sh"]).ended;
    const told = to === ">/dev/full"
      ? "rcusync: Cannot write results to standard output: No space left on device\n"
      : "";
    assertEquals([code, err, s.snapshots()], [expected, told, ["1"]]);
  });
}
