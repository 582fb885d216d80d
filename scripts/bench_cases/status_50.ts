import type { BenchCase } from "../benchmark/bench_case.ts";
import { timeCommand } from "../benchmark/timed_run.ts";

const SNAPSHOTS = 50;

/** The status of a store with fifty snapshots; how large these are does not matter, since status does not look into them. */
export const bench: BenchCase = {
  async run({ dir, runs, client, smaller }) {
    const mirror = await smaller(10);
    const rcusync = client("client", { mirror, settings: { "sync-rcu-spare-snapshots": String(SNAPSHOTS) } });
    for (let snapshot = 1; snapshot <= SNAPSHOTS; snapshot++) {
      mirror.mutate(1);
      await rcusync.run("sync");
    }
    const empty = `${dir}/empty.ts`;
    await Deno.writeTextFile(empty, "");
    const reference: number[] = [];
    const measured: number[] = [];
    for (let round = 1; round <= 3 * runs; round++) {
      reference.push(await timeCommand(Deno.execPath(), ["run", "--no-config", empty]));
      measured.push((await rcusync.run("status")).ms);
    }
    return [{
      name: "status_50",
      reference: { what: "deno run of an empty file", unit: "ms", values: reference },
      measured: { what: "rcusync status", unit: "ms", values: measured },
      bar: { of: "measured", most: 300 },
    }];
  },
};
