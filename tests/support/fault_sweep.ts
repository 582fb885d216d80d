import { assert, assertEquals, assertNotMatch } from "@std/assert";
import type { Lab } from "./lab.ts";
import { inLabs, type Scene, triedOf } from "./scene.ts";
import { type Around, type Step, steppedFiles } from "./stepped_files.ts";
import { snapshotsIn } from "./store_state.ts";
import { assertKept, mend, type Trees, treesOf } from "./verdict.ts";

/** What the system answers instead of doing what it was asked. */
export interface FaultKind {
  readonly code: "EIO" | "ENOSPC" | "EROFS";
  /** Which steps it can hit. */
  readonly hits: (step: Step) => boolean;
  /** Whether it goes on after the first time. */
  readonly lasts: boolean;
}

/**
 * Has each step of the command fail, one a run; after each run looks at what consumers see, then syncs without faults
 * and looks whether all is in order. Prints how many faults there were.
 *
 * @param every one step in so many in a normal run.
 */
export async function faultSweep(
  scene: Scene,
  fault: FaultKind,
  every: number,
): Promise<void> {
  const { steps, trees } = await rehearse(scene, fault);
  const numbers = triedOf(steps.map((_, at) => at + 1), every);
  const tried = await inLabs(scene, numbers, async (here, at) => {
    try {
      await failAndMend(here, scene, { fault, at, trees });
    } catch (error) {
      throw new Error(`${scene.name}, ${fault.code} at step ${at}: ${steps[at - 1]}`, { cause: error });
    }
  });
  console.log(`${scene.name}: ${fault.code} at ${tried} of ${steps.length} steps`);
}

async function rehearse({ prepare, command }: Scene, { hits }: FaultKind) {
  using here = await prepare();
  const trees = await treesOf(here);
  const steps: string[] = [];
  const around: Around = (step, act) => {
    if (isHit(step, hits)) steps.push(`${step.name} ${step.path}`);
    return act();
  };
  assertEquals((await here.run(command, (files) => steppedFiles(files, around))).code, 0);
  return { trees, steps };
}

/** How many there are below /proc is another matter each time. */
function isHit(step: Step, hits: FaultKind["hits"]): boolean {
  return !step.path.startsWith("/proc") && hits(step);
}

async function failAndMend(
  here: Lab,
  { command, keeps, check }: Scene,
  { fault, at, trees }: { readonly fault: FaultKind; readonly at: number; readonly trees: Trees },
): Promise<void> {
  const before = await snapshotsIn(here.store);
  let count = 0;
  const around: Around = (step, act) => {
    if (isHit(step, fault.hits) && (++count === at || (fault.lasts && count > at))) throw systemError(fault, step);
    return act();
  };
  const { code, err } = await here.run(command, (files) => steppedFiles(files, around));
  assert(count >= at, "the step did not come");
  assertExplained(fault, code, err);
  assertKept(keeps, before, await snapshotsIn(here.store));
  await check(here, trees);
  await mend(here, trees);
  assertKept(keeps, before, await snapshotsIn(here.store));
}

function systemError({ code }: FaultKind, { name, path }: Step): Error {
  return Object.assign(new Error(`${code}: ${name} '${path}'`), { code });
}

/** A fault with its exit status and a sentence, or a success that did not need the step; no crash. */
function assertExplained({ code }: FaultKind, status: number, err: string): void {
  assert([0, 1, 10, 13, 14].includes(status), `exit status ${status}: ${err}`);
  if (status !== 0) assert(err !== "", "not a word about what went wrong");
  if (code === "ENOSPC") assert(status === 0 || status === 14, `a full disk is exit status ${status}: ${err}`);
  assertNotMatch(err, /TypeError|RangeError|is not a function|undefined|\n {4}at /);
}
