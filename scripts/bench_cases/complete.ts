import type { BenchCase } from "../benchmark/bench_case.ts";
import { rcusyncCommand } from "../benchmark/bench_stage.ts";
import { besideRuntime } from "../benchmark/beside_runtime.ts";
import { manySnapshots } from "../benchmark/many_snapshots.ts";
import { timedRun } from "../benchmark/timed_run.ts";

/**
 * What a Tab costs where a snapshot is to be named, over the runtime's own start. The bar is for the executable, which
 * has all modules in one file; RCUSYNC names it.
 */
export const bench: BenchCase = {
  async run(stage) {
    await manySnapshots(stage, 20);
    const typed = ["--repos-conf", `${stage.dir}/client/repos.conf`, "rollback", "gentoo", ""];
    const tab = () => timedRun([...rcusyncCommand(), "__complete", "--", ...typed]);
    const { reference, measured } = await besideRuntime(stage, tab);
    return [{
      name: "complete",
      reference,
      measured: { what: "a Tab that names snapshots", unit: "ms", values: measured },
      ...(Deno.env.has("RCUSYNC") && { bar: { of: "difference", most: 60 } }),
    }];
  },
};
