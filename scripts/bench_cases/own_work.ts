import type { BenchCase } from "../benchmark/bench_case.ts";
import { ownWorkMs, planMs } from "../benchmark/own_work.ts";
import { onePercent, warmUp } from "../benchmark/steady_state.ts";
import { settle } from "../benchmark/timed_run.ts";

/** All that rcusync does besides waiting for rsync, by the listing that no design can do without. */
export const bench: BenchCase = {
  async run({ mirror, runs, client }) {
    const rcusync = client("client", { timed: true });
    await warmUp(rcusync, mirror, onePercent(mirror));
    const reference: number[] = [];
    const measured: number[] = [];
    for (let round = 1; round <= runs; round++) {
      mirror.mutate(onePercent(mirror));
      await settle();
      const run = await rcusync.run("sync");
      reference.push(planMs(run));
      measured.push(ownWorkMs(run));
    }
    return [{
      name: "own_work",
      reference: { what: "the plan's rsync", unit: "ms", values: reference },
      measured: { what: "rcusync without its rsyncs", unit: "ms", values: measured },
      bar: { of: "ratio", most: 0.35 },
    }];
  },
};
