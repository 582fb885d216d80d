import { assertEquals } from "@std/assert";
import { exists } from "./entries.ts";
import type { KillPoint, Lab } from "./lab.ts";
import { inLabs, type Scene, triedOf } from "./scene.ts";
import { snapshotsIn } from "./store_state.ts";
import { assertKept, assertNotReused, mend, type Trees, treesOf } from "./verdict.ts";

/**
 * Kills the command at each of its steps; after each kill looks at what consumers see, then syncs without help and
 * looks whether all is in order. Prints how many kills there were.
 */
export async function killSweep(scene: Scene): Promise<void> {
  const { steps, trees } = await rehearse(scene);
  const all = allPoints(steps);
  const tried = await inLabs(scene, triedOf(all), async (here, point) => {
    try {
      await killAndMend(here, scene, { point, trees });
    } catch (error) {
      const where = `${point.when} step ${point.step}: ${steps[point.step - 1]}`;
      throw new Error(`${scene.name}, killed ${where}`, { cause: error });
    }
  });
  console.log(`${scene.name}: ${tried} of ${all.length} kill points`);
}

async function rehearse({ prepare, command }: Scene) {
  using here = await prepare();
  const trees = await treesOf(here);
  return { trees, steps: await here.stepsOf(command) };
}

/**
 * Before each step. After a step is before the next one, but for a program that was started, which goes on by itself,
 * and for the last step.
 */
function allPoints(steps: readonly string[]): KillPoint[] {
  return steps.flatMap((text, at): KillPoint[] => {
    const before = { step: at + 1, when: "before" } as const;
    const alsoAfter = text.startsWith("run ") || at === steps.length - 1;
    return alsoAfter ? [before, { step: at + 1, when: "after" }] : [before];
  });
}

async function killAndMend(
  here: Lab,
  { command, keeps, check }: Scene,
  { point, trees }: { readonly point: KillPoint; readonly trees: Trees },
): Promise<void> {
  const before = await snapshotsIn(here.store);
  const { code } = await here.runKilled(command, point);
  assertEquals(code, 137, "it was not killed");
  const between = await snapshotsIn(here.store);
  const published = exists(`${here.store}/latest`);
  assertKept(keeps, before, between);
  await check(here, trees);
  await mend(here, trees);
  const after = await snapshotsIn(here.store);
  assertKept(keeps, before, after);
  // Where nothing was published, no number was ever given.
  if (published) assertNotReused(between, after);
}
