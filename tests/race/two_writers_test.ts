import { assert, assertMatch } from "@std/assert";
import type { Lab } from "../support/lab.ts";
import { longMode } from "../support/long_test.ts";
import { startProgram } from "../support/program.ts";
import { type Random, randomOf } from "../support/random.ts";
import { treeText } from "../support/store_state.ts";
import { labToUpdate } from "../support/synced_lab.ts";
import { FIRST_STAMP, stamp } from "../support/upstream_tree.ts";
import { completeOldOrNew, mend } from "../support/verdict.ts";

const PAIRS = longMode ? 20 : 5;
const SEED = 20260110;
/** Longer than a sync takes: some kills come too late. */
const LATEST_KILL_MS = 1200;

Deno.test(`two writers at once, often one of them killed, leave one store in order (seed ${SEED})`, async () => {
  using here = await labToUpdate();
  const random = randomOf(SEED);
  const count = { done: 0, locked: 0, killed: 0 };
  for (let pair = 1; pair <= PAIRS; pair++) {
    const old = await treeText(Deno.realPathSync(here.location));
    stamp(here.up, FIRST_STAMP + pair * 600);
    const trees = { old, new: await treeText(here.up) };
    for (
      const outcome of await runPair(here, {
        random,
        patience: pair % 3 === 0 ? "--wait=30" : "--no-wait",
        deadly: pair % 3 !== 1,
      })
    ) {
      count[outcome]++;
    }
    await completeOldOrNew(here, trees);
    await mend(here, trees);
  }
  assert(Object.values(count).every((times) => times > 0), JSON.stringify(count));
  console.log(`${PAIRS} pairs of writers: ${count.done} done, ${count.locked} locked out, ${count.killed} killed`);
});

type Outcome = "done" | "locked" | "killed";

/** Two syncs started together, with one of them killed, or with none of them waiting for the other. */
async function runPair(
  here: Lab,
  { random, patience, deadly }: { readonly random: Random; readonly patience: string; readonly deadly: boolean },
): Promise<Outcome[]> {
  const settings = { env: here.variables, cwd: here.dir };
  const [first, second] = [
    startProgram([...here.words, "sync", deadly ? "--wait=30" : "--no-wait"], settings),
    startProgram([...here.words, "sync", patience], settings),
  ];
  const victim = random.pick([first, second]);
  const killAtMs = random.below(LATEST_KILL_MS);
  const timer = deadly ? setTimeout(() => killIfThere(victim), killAtMs) : undefined;
  const outcomes = await Promise.all([first, second].map(async (writer) => {
    const { code, err } = await writer.ended;
    if (code === 137) return "killed";
    if (code === 0) return "done";
    assert(code === 11, `exit status ${code}: ${err}`);
    assertMatch(err, /locked by .*process \d+( on \S+ since [-0-9]{10} [:0-9]{8}Z| \()/);
    return "locked";
  }));
  clearTimeout(timer);
  return outcomes;
}

function killIfThere(writer: { kill(signal: Deno.Signal): void }): void {
  try {
    writer.kill("SIGKILL");
  } catch (error) {
    // It came to its end by itself.
    if (!(error instanceof TypeError)) throw error;
  }
}
