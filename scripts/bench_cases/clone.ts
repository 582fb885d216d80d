import { thisMachine } from "../../lib/host/this_machine.ts";
import { cloneTree } from "../../lib/storage/clone.ts";
import type { BenchCase } from "../benchmark/bench_case.ts";
import { settle, timeCommand } from "../benchmark/timed_run.ts";

/** A tree once more, by hard links. */
export const bench: BenchCase = {
  async run({ dir, mirror, runs }) {
    const from = `${dir}/from`;
    await timeCommand("cp", ["-a", mirror.dir, from]);
    const rsync: number[] = [];
    const cp: number[] = [];
    const measured: number[] = [];
    // Nothing is removed in between: some file systems are slow to make what they have just removed.
    for (let round = 1; round <= runs; round++) {
      const sides = [
        async (to: string) => rsync.push(await timeCommand("rsync", ["-a", `--link-dest=${from}`, `${from}/`, to])),
        async (to: string) => cp.push(await timeCommand("cp", ["-al", from, to])),
        async (to: string) => measured.push(await timeClone(from, to)),
      ];
      for (const [at, side] of sides.entries()) {
        await settle();
        await side(`${dir}/${round}.${at}`);
      }
    }
    const ours = { what: "native clone", unit: "ms", values: measured } as const;
    return [
      {
        name: "clone",
        reference: { what: "rsync -a --link-dest", unit: "ms", values: rsync },
        measured: ours,
        bar: { of: "ratio", most: 0.5 },
      },
      {
        name: "clone_cp",
        reference: { what: "cp -al", unit: "ms", values: cp },
        measured: ours,
        bar: { of: "ratio", most: 0.75 },
      },
    ];
  },
};

async function timeClone(from: string, to: string): Promise<number> {
  const start = performance.now();
  await cloneTree(thisMachine(), from, to, { signal: new AbortController().signal });
  return performance.now() - start;
}
