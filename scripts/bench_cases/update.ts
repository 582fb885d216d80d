import { mutateTree } from "../../tests/support/mutated_tree.ts";
import type { BenchCase } from "../benchmark/bench_case.ts";
import { timeCommand } from "../benchmark/bench_stage.ts";
import { referenceSync } from "../benchmark/reference_sync.ts";

/** Rounds until both sides have a snapshot to retire. */
const warmUps = 3;

/** One percent of the packages changed upstream. */
export const bench: BenchCase = {
  name: "update",
  async run({ dir, upstream, uri, runs, rcusync }) {
    const reference: number[] = [];
    const ours: number[] = [];
    for (let round = 1; round <= warmUps + runs; round++) {
      mutateTree(upstream, { fraction: 0.01, seed: round });
      const sides = [
        async () => reference.push(await referenceSync(`${dir}/reference`, { uri, id: round })),
        async () => ours.push(await rcusync("sync")),
      ];
      if (round % 2 === 0) sides.reverse();
      for (const side of sides) {
        await timeCommand("sync", []); // so that no side waits for what the other one wrote
        await side();
      }
    }
    return {
      reference: { what: "Portage's sequence", ms: reference.slice(warmUps) },
      rcusync: { what: "rcusync sync", ms: ours.slice(warmUps) },
    };
  },
};
