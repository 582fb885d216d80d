import { assert, assertEquals } from "@std/assert";
import { killSweep } from "../support/kill_sweep.ts";
import type { KillPoint, Lab } from "../support/lab.ts";
import { labToMigrate, labToUpdate } from "../support/synced_lab.ts";
import { completeOldOrNew } from "../support/verdict.ts";

Deno.test("a sync that is killed while resuming a staging tree leaves the old or the new tree", async () => {
  const prepare = () =>
    killedLab(() => labToUpdate(), (steps) => {
      // The note is written when the clone begins, and again when it is complete.
      const [, staged = 0] = steps.flatMap((step, at) => /^rename .*\/staging\.json$/.test(step) ? [at] : []);
      return { step: 1 + steps.indexOf("run rsync", staged), when: "before" };
    });
  await killSweep({ name: "killed while resuming", command: "sync", prepare, keeps: [1], check: completeOldOrNew });
});

Deno.test("a sync that is killed while publishing what was cut off leaves the old or the new tree", async () => {
  const prepare = () =>
    killedLab(() => labToUpdate(), (steps) => (
      { step: 1 + steps.findIndex((step) => /^rename .*\/store\/latest$/.test(step)), when: "before" }
    ));
  await killSweep({
    name: "killed while publishing what was cut off",
    command: "sync",
    prepare,
    keeps: [1],
    check: completeOldOrNew,
  });
});

Deno.test("a sync that is killed while finishing a migration leaves the old or the new tree", async () => {
  const prepare = () =>
    killedLab(() => labToMigrate(), (steps) => (
      { step: 1 + steps.findIndex((step) => step.startsWith("exchange ")), when: "before" }
    ));
  await killSweep({
    name: "killed while finishing a migration",
    command: "sync",
    prepare,
    keeps: [],
    check: completeOldOrNew,
  });
});

/** A lab where a sync was killed once, so that the next one has something to mend. */
async function killedLab(
  prepare: () => Promise<Lab>,
  firstKill: (steps: readonly string[]) => KillPoint,
): Promise<Lab> {
  const here = await prepare();
  here.save();
  const point = firstKill(await here.stepsOf("sync"));
  here.restore();
  assert(point.step > 0, "there is no such step");
  assertEquals((await here.runKilled("sync", point)).code, 137);
  return here;
}
