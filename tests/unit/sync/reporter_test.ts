import { assertEquals } from "@std/assert";
import type { Clock } from "../../../lib/host/clock.ts";
import { systemClock } from "../../../lib/host/clock.ts";
import { reporter } from "../../../lib/sync/reporter.ts";

Deno.test("progress is told ten times a second at most, at the beginning of each phase and at the end", () => {
  let nowMs = 0;
  const clock: Clock = { ...systemClock, monotonicMs: () => nowMs };
  const told: number[] = [];
  const report = reporter(clock, "gentoo", (event) => {
    if (event.event === "progress") told.push(event.doneFiles);
  });
  const total = { files: 100, bytes: 100 };
  report.phase("fetch");
  for (let done = 1; done <= 100; done++) {
    report.progress({ files: done, bytes: done }, total);
    nowMs += 25;
  }
  assertEquals(told, [...Array.from({ length: 25 }, (_, at) => 1 + 4 * at), 100]);
  report.phase("verify");
  report.progress({ files: 1, bytes: 1 }, total);
  report.progress({ files: 2, bytes: 2 }, total);
  assertEquals(told.at(-1), 1);
});
