import type { BenchCase } from "../benchmark/bench_case.ts";
import { besideRuntime } from "../benchmark/beside_runtime.ts";

/** What rcusync adds to the runtime's own start. */
export const bench: BenchCase = {
  async run(stage) {
    const rcusync = stage.client("client");
    const { reference, measured } = await besideRuntime(stage, () => rcusync.run("--version"), { warmUps: 1 });
    return [{
      name: "start_up",
      reference,
      measured: { what: "rcusync --version", unit: "ms", values: measured },
      bar: { of: "ratio", most: 4 },
    }];
  },
};
