import type { BenchCase } from "../benchmark/bench_case.ts";
import { ownWorkMs } from "../benchmark/own_work.ts";
import { onePercent, warmUp } from "../benchmark/steady_state.ts";
import { settle } from "../benchmark/timed_run.ts";

/** The same number of changes in a tree four times as large. */
export const bench: BenchCase = {
  async run({ mirror, runs, client, smaller }) {
    const quarter = await smaller(Math.ceil(mirror.packages / 4));
    const changed = onePercent(quarter);
    const sides = [
      { on: quarter, rcusync: client("quarter", { mirror: quarter, timed: true }), values: [] as number[] },
      { on: mirror, rcusync: client("whole", { timed: true }), values: [] as number[] },
    ] as const;
    for (const { on, rcusync } of sides) await warmUp(rcusync, on, changed);
    for (let round = 1; round <= runs; round++) {
      for (const { on, rcusync, values } of sides) {
        on.mutate(changed);
        await settle();
        values.push(ownWorkMs(await rcusync.run("sync")));
      }
    }
    const [reference, measured] = sides;
    return [{
      name: "growth",
      reference: { what: `own work, ${quarter.packages} packages`, unit: "ms", values: reference.values },
      measured: { what: `own work, ${mirror.packages} packages`, unit: "ms", values: measured.values },
      bar: { of: "ratio", most: 1.4 },
    }];
  },
};
