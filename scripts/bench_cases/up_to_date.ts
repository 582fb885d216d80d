import type { BenchCase } from "../benchmark/bench_case.ts";
import { timeCommand } from "../benchmark/bench_stage.ts";

/** Nothing changed upstream: what remains is one look at the mirror's timestamp. */
export const bench: BenchCase = {
  name: "up_to_date",
  async run({ dir, uri, runs, rcusync }) {
    const probe = ["--times", `${uri}/metadata/timestamp.chk`, `${dir}/timestamp.chk`];
    const reference: number[] = [];
    const ours: number[] = [];
    await rcusync("sync");
    for (let round = 1; round <= runs; round++) {
      reference.push(await timeCommand("rsync", probe));
      ours.push(await rcusync("sync"));
    }
    return { reference: { what: "rsync of one file", ms: reference }, rcusync: { what: "rcusync sync", ms: ours } };
  },
};
