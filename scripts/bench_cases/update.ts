import type { BenchCase } from "../benchmark/bench_case.ts";
import { referenceSync } from "../benchmark/reference_sync.ts";
import { onePercent, WARM_UPS } from "../benchmark/steady_state.ts";
import { settle } from "../benchmark/timed_run.ts";

/** One percent of the packages changed upstream, and there is a snapshot to recycle. */
export const bench: BenchCase = {
  async run({ dir, mirror, runs, client }) {
    const rcusync = client("client");
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
      name: "update",
      reference: { what: "Portage's sequence", unit: "ms", values: reference.slice(WARM_UPS) },
      measured: { what: "rcusync sync", unit: "ms", values: measured.slice(WARM_UPS) },
      bar: { of: "ratio", most: 0.2 },
    }];
  },
};
