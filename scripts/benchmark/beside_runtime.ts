import type { Samples } from "./bench_case.ts";
import type { BenchStage } from "./bench_stage.ts";
import { timeCommand, type TimedRun } from "./timed_run.ts";

/**
 * Runs an empty program and a command in turns, three times as often as the stage says, since both are quick; returns
 * the time that the runtime alone takes, and the milliseconds of each run of the command.
 *
 * @param warmUps rounds before those that count.
 */
export async function besideRuntime(
  { dir, runs }: BenchStage,
  run: () => Promise<TimedRun>,
  { warmUps = 0 }: { readonly warmUps?: number } = {},
): Promise<{ readonly reference: Samples; readonly measured: readonly number[] }> {
  const empty = `${dir}/empty.ts`;
  await Deno.writeTextFile(empty, "");
  const reference: number[] = [];
  const measured: number[] = [];
  for (let round = 1; round <= warmUps + 3 * runs; round++) {
    reference.push(await timeCommand(Deno.execPath(), ["run", "--no-config", empty]));
    measured.push((await run()).ms);
  }
  return {
    reference: { what: "deno run of an empty file", unit: "ms", values: reference.slice(warmUps) },
    measured: measured.slice(warmUps),
  };
}
