import type { BenchCase } from "../benchmark/bench_case.ts";
import { besideReference } from "../benchmark/beside_reference.ts";
import { WARM_UPS } from "../benchmark/steady_state.ts";

/** One percent of the packages changed upstream, and there is a snapshot to recycle. */
export const bench: BenchCase = {
  async run(stage) {
    const rcusync = stage.client("client");
    const { reference, measured } = await besideReference(stage, rcusync, WARM_UPS);
    return [{
      name: "update",
      reference: { what: "Portage's sequence", unit: "ms", values: reference },
      measured: { what: "rcusync sync", unit: "ms", values: measured },
      bar: { of: "ratio", most: 0.2 },
    }];
  },
};
