import type { BenchCase } from "../benchmark/bench_case.ts";
import { referenceSync } from "../benchmark/reference_sync.ts";
import { onePercent } from "../benchmark/steady_state.ts";
import { settle } from "../benchmark/timed_run.ts";

/** Rounds until the reference sequence has a snapshot to remove. */
const WARM_UPS = 2;

/** One percent of the packages changed upstream, and there is nothing to recycle: the latest snapshot is cloned. */
export const bench: BenchCase = {
  async run({ dir, mirror, runs, client }) {
    // Nothing expires, so that there is nothing to recycle nor to remove.
    const rcusync = client("client", { settings: { "sync-rcu-spare-snapshots": "100" } });
    const reference: number[] = [];
    const measured: number[] = [];
    for (let round = 1; round <= WARM_UPS + runs; round++) {
      mirror.mutate(onePercent(mirror));
      const sides = [
        async () => reference.push(await referenceSync(`${dir}/reference`, { uri: mirror.uri, id: round })),
        async () => measured.push((await rcusync.run("sync")).ms),
      ];
      if (round % 2 === 0) sides.reverse();
      for (const side of sides) {
        await settle();
        await side();
      }
    }
    return [{
      name: "first_update",
      reference: { what: "Portage's sequence", unit: "ms", values: reference.slice(WARM_UPS) },
      measured: { what: "rcusync sync, no reserve", unit: "ms", values: measured.slice(WARM_UPS) },
      bar: { of: "ratio", most: 0.55 },
    }];
  },
};
