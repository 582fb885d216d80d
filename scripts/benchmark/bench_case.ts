import type { BenchStage } from "./bench_stage.ts";

/** What one side took, one value a run. */
export interface Samples {
  /** What was measured, in a few words. */
  readonly what: string;
  readonly unit: "ms" | "MB";
  readonly values: readonly number[];
}

/** What must hold of the medians of a comparison. */
export interface Bar {
  /** The measured by the reference, their difference, or the measured alone. */
  readonly of: "ratio" | "difference" | "measured";
  readonly most: number;
}

/** Two sides, measured in turns in the same place. */
export interface Comparison {
  readonly name: string;
  readonly reference: Samples;
  readonly measured: Samples;
  readonly bar?: Bar;
}

/** One file in scripts/bench_cases/, exported as `bench`; it is called by the file's name. */
export interface BenchCase {
  run(stage: BenchStage): Promise<Comparison[]>;
}

/** The middle value; the mean of the two middle ones for an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN;
  return (lower + upper) / 2;
}

/** What the bar is about: a ratio, or a difference or value in the unit of the measured. */
export function resultOf({ reference, measured, bar }: Comparison, of: Bar["of"] = bar?.of ?? "ratio"): number {
  const [theirs, ours] = [median(reference.values), median(measured.values)];
  switch (of) {
    case "ratio":
      return ours / theirs;
    case "difference":
      return ours - theirs;
    case "measured":
      return ours;
  }
}
