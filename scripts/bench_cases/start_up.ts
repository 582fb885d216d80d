import type { BenchCase } from "../benchmark/bench_case.ts";
import { timeCommand } from "../benchmark/bench_stage.ts";

/** What rcusync adds to the runtime's own start. */
export const bench: BenchCase = {
  name: "start_up",
  async run({ dir, runs, rcusync }) {
    const empty = `${dir}/empty.ts`;
    await Deno.writeTextFile(empty, "");
    const reference: number[] = [];
    const ours: number[] = [];
    for (let round = 0; round <= 2 * runs; round++) {
      reference.push(await timeCommand(Deno.execPath(), ["run", "--no-config", empty]));
      ours.push(await rcusync("--version"));
    }
    return {
      reference: { what: "deno run of an empty file", ms: reference.slice(1) },
      rcusync: { what: "rcusync --version", ms: ours.slice(1) },
    };
  },
};
