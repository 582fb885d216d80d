import type { BenchStage } from "./bench_stage.ts";

/** Times of one side, one a run. */
export interface Timing {
  /** What was timed, in a few words. */
  readonly what: string;
  readonly ms: readonly number[];
}

/** The two sides of a comparison, measured in turns in the same place. */
export interface Comparison {
  readonly reference: Timing;
  readonly rcusync: Timing;
}

/** One file in scripts/bench_cases/, named like the file and exported as `bench`. */
export interface BenchCase {
  readonly name: string;
  run(stage: BenchStage): Promise<Comparison>;
}

/** The middle value; the mean of the two middle ones for an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN;
  return (lower + upper) / 2;
}
