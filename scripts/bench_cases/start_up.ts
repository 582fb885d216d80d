import type { BenchCase } from "../benchmark/bench_case.ts";
import { timeCommand } from "../benchmark/timed_run.ts";

/** What rcusync adds to the runtime's own start. */
export const bench: BenchCase = {
  async run({ dir, runs, client }) {
    const rcusync = client("client");
    const empty = `${dir}/empty.ts`;
    await Deno.writeTextFile(empty, "");
    const reference: number[] = [];
    const measured: number[] = [];
    for (let round = 0; round <= 3 * runs; round++) {
      reference.push(await timeCommand(Deno.execPath(), ["run", "--no-config", empty]));
      measured.push((await rcusync.run("--version")).ms);
    }
    return [{
      name: "start_up",
      reference: { what: "deno run of an empty file", unit: "ms", values: reference.slice(1) },
      measured: { what: "rcusync --version", unit: "ms", values: measured.slice(1) },
      bar: { of: "ratio", most: 4 },
    }];
  },
};
