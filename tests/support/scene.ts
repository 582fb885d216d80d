import type { Lab } from "./lab.ts";
import { longMode } from "./long_test.ts";
import type { Trees } from "./verdict.ts";

/** A command on which faults are tried one after the other, and what must hold afterwards. */
export interface Scene {
  readonly name: string;
  readonly command: "sync" | "gc" | "rollback demo";
  /** Makes a lab as it is before the command. */
  readonly prepare: () => Promise<Lab>;
  /** Snapshots that must outlive the command and what comes after it. */
  readonly keeps: readonly number[];
  /** Of how many faults one is tried under `scripts/test --long`; all when absent. */
  readonly longEvery?: number;
  /** Looks at location right after the fault. */
  readonly check: (lab: Lab, trees: Trees) => void | Promise<void>;
}

/** In a normal run, one fault in so many is tried. */
const SAMPLE = 11;
/** A sync mostly waits for rsync, so that several at a time cost little more than one. */
const LABS = 3;

/** All of them, or one in `longEvery`, under `scripts/test --long`, else every so many, the same each time. */
export function sampleOf<T>(faults: readonly T[], every = SAMPLE, longEvery = 1): T[] {
  const step = longMode ? longEvery : every;
  return faults.filter((_, at) => at % step === step >> 1);
}

/** Visits each of the faults in a lab that is as `prepare` made it; several labs are at work at a time. */
export async function inLabs<T>(
  { prepare }: Pick<Scene, "prepare">,
  faults: Iterable<T>,
  visit: (lab: Lab, fault: T) => Promise<void>,
): Promise<void> {
  const left = Iterator.from(faults);
  await Promise.all(Array.from({ length: LABS }, async () => {
    using here = await prepare();
    here.save();
    for (const fault of left) {
      here.restore();
      await visit(here, fault);
    }
  }));
}
