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
  /** Looks at location right after the fault. */
  readonly check: (lab: Lab, trees: Trees) => void | Promise<void>;
}

/** In a normal run, one fault in so many is tried. */
const SAMPLE = 11;
/** How long a long run goes on with other faults. */
const SWEEP_MS = 25_000;
/** Multiples of it, taken modulo 1, are spread evenly, however many they are. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;
/** A sync mostly waits for rsync, so that several at a time cost little more than one. */
const LABS = 3;

/**
 * The faults to try: one in `every`, the same each time. In a long run the others follow, in an order of which each
 * beginning is spread over all, while the time for a sweep lasts.
 */
export function* triedOf<T>(faults: readonly T[], every = SAMPLE): Generator<T> {
  const isSample = (at: number) => at % every === every >> 1;
  yield* faults.filter((_, at) => isSample(at));
  if (!longMode) return;
  const endMs = performance.now() + SWEEP_MS;
  const others = faults.map((fault, at) => ({ fault, at })).filter(({ at }) => !isSample(at));
  const place = ({ at }: { readonly at: number }) => (at * GOLDEN_RATIO) % 1;
  for (const { fault } of others.sort((a, b) => place(a) - place(b))) {
    if (performance.now() > endMs) return;
    yield fault;
  }
}

/**
 * Visits each of the faults in a lab that is as `prepare` made it; several labs are at work at a time. Returns how
 * many.
 */
export async function inLabs<T>(
  { prepare }: Pick<Scene, "prepare">,
  faults: Iterable<T>,
  visit: (lab: Lab, fault: T) => Promise<void>,
): Promise<number> {
  const left = Iterator.from(faults);
  let visited = 0;
  await Promise.all(Array.from({ length: LABS }, async () => {
    using here = await prepare();
    here.save();
    for (const fault of left) {
      here.restore();
      await visit(here, fault);
      visited++;
    }
  }));
  return visited;
}
