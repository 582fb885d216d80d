import type { BenchCase } from "../benchmark/bench_case.ts";
import { besideRuntime } from "../benchmark/beside_runtime.ts";
import { manySnapshots } from "../benchmark/many_snapshots.ts";

/**
 * The status of a store with fifty snapshots; how large these are does not matter, since status does not look into
 * them.
 */
export const bench: BenchCase = {
  async run(stage) {
    const rcusync = await manySnapshots(stage, 50);
    const { reference, measured } = await besideRuntime(stage, () => rcusync.run("status"));
    return [{
      name: "status_50",
      reference,
      measured: { what: "rcusync status", unit: "ms", values: measured },
      bar: { of: "measured", most: 300 },
    }];
  },
};
