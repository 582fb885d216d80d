import type { BenchCase } from "../benchmark/bench_case.ts";
import { rcusyncCommand } from "../benchmark/bench_stage.ts";
import { timeCommand, timedRun } from "../benchmark/timed_run.ts";

const SNAPSHOTS = 20;

/**
 * What a Tab costs where a snapshot is to be named, over the runtime's own start. The bar is for the executable, which
 * has all modules in one file; RCUSYNC names it.
 */
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
    const typed = ["--repos-conf", `${dir}/client/repos.conf`, "rollback", "gentoo", ""];
    const reference: number[] = [];
    const measured: number[] = [];
    for (let round = 1; round <= 3 * runs; round++) {
      reference.push(await timeCommand(Deno.execPath(), ["run", "--no-config", empty]));
      measured.push((await timedRun([...rcusyncCommand(), "__complete", "--", ...typed])).ms);
    }
    return [{
      name: "complete",
      reference: { what: "deno run of an empty file", unit: "ms", values: reference },
      measured: { what: "a Tab that names snapshots", unit: "ms", values: measured },
      ...(Deno.env.has("RCUSYNC") && { bar: { of: "difference", most: 60 } }),
    }];
  },
};
