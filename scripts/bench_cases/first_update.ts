import type { BenchCase } from "../benchmark/bench_case.ts";
import { besideReference } from "../benchmark/beside_reference.ts";

/** Rounds until the reference sequence has a snapshot to remove. */
const WARM_UPS = 2;

/** One percent of the packages changed upstream, and there is nothing to recycle: the latest snapshot is cloned. */
export const bench: BenchCase = {
  async run(stage) {
    // Nothing expires, so that there is nothing to recycle nor to remove.
    const rcusync = stage.client("client", { settings: { "sync-rcu-spare-snapshots": "100" } });
    const { reference, measured } = await besideReference(stage, rcusync, WARM_UPS);
    return [{
      name: "first_update",
      reference: { what: "Portage's sequence", unit: "ms", values: reference },
      measured: { what: "rcusync sync, no reserve", unit: "ms", values: measured },
      bar: { of: "ratio", most: 0.55 },
    }];
  },
};
