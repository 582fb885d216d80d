import { asFault, Fault } from "../../lib/base/fault.ts";
import { longMode } from "./long_test.ts";
import { type Random, randomOf } from "./random.ts";
import { watchdog } from "./watchdog.ts";

/** Something that reads what others have written. */
export interface FuzzTarget<Input> {
  readonly name: string;
  /** Share of the cases, in percent. */
  readonly percent: number;
  /** Makes the input of one case. */
  readonly input: (random: Random) => Input;
  /**
   * Reads it: returns something or throws a `Fault`, and fails an assertion where a value must be more than any value.
   */
  readonly read: (input: Input) => unknown;
}

const CASES = longMode ? 50_000 : 5_000;
/** The same in each run; another one finds other things. */
const SEED = Number(Deno.env.get("RCUSYNC_FUZZ_SEED") ?? 20_240_101);
/** For one case. Each takes less than a millisecond; the rest is for a machine that is busy. */
const LONGEST_MS = 2000;
/** How often a case is tried that took longer: a machine may stand still for seconds, but not each time. */
const TRIES = 3;

/** Registers the test of a target. */
export function fuzz<Input>(target: FuzzTarget<Input>): void {
  const cases = Math.round(CASES * target.percent / 100);
  Deno.test(`${target.name}: ${cases} inputs give a value or a fault, and soon`, async () => {
    console.log(`fuzz ${target.name}: ${cases} cases from seed ${SEED}`);
    using watch = watchdog(target.name, 10 * LONGEST_MS);
    for (let at = 0; at < cases; at++) {
      watch.begin(at);
      await tryOne(target, at);
    }
  });
}

async function tryOne<Input>({ name, input, read }: FuzzTarget<Input>, at: number): Promise<void> {
  // Each case has a seed of its own, so that it can be had again without those before it.
  const made = input(randomOf(SEED + at * 7919));
  let failure: Fault | undefined;
  let ms = Infinity;
  for (let tries = 0; tries < TRIES && ms > LONGEST_MS && failure === undefined; tries++) {
    const startMs = performance.now();
    failure = await failureOf(() => read(made));
    ms = performance.now() - startMs;
  }
  if (failure === undefined && ms <= LONGEST_MS) return;
  const text = made instanceof Uint8Array ? new TextDecoder("latin1").decode(made) : String(made);
  throw new Error(`${name}, case ${at} of seed ${SEED}, ${Math.round(ms)} ms: ${JSON.stringify(text)}`, {
    cause: failure,
  });
}

async function failureOf(act: () => unknown): Promise<Fault | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error instanceof Fault && error.kind !== "unexpected" ? undefined : asFault(error);
  }
}
