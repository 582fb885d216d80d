import type { BenchCase, Comparison } from "../benchmark/bench_case.ts";
import { onePercent, WARM_UPS } from "../benchmark/steady_state.ts";

/** The most memory that rcusync's own process uses: in a first update, which clones, and in one that recycles. */
export const bench: BenchCase = {
  async run({ mirror, runs, client, smaller }) {
    const quarter = await smaller(Math.ceil(mirror.packages / 4));
    const sides = [
      { on: quarter, rcusync: client("quarter", { mirror: quarter }), cloning: [] as number[], steady: [] as number[] },
      { on: mirror, rcusync: client("whole"), cloning: [] as number[], steady: [] as number[] },
    ] as const;
    for (let round = 0; round <= WARM_UPS + runs; round++) {
      for (const { on, rcusync, cloning, steady } of sides) {
        if (round > 0) on.mutate(onePercent(on));
        const { peakMB } = await rcusync.run("sync");
        if (round > 0) (round <= WARM_UPS ? cloning : steady).push(peakMB);
      }
    }
    const compare = (name: string, peaks: (side: typeof sides[number]) => number[]): Comparison[] => {
      const [reference, measured] = sides.map((side) => ({
        what: `peak RSS, ${side.on.packages} packages`,
        unit: "MB" as const,
        values: peaks(side),
      }));
      if (reference === undefined || measured === undefined) return [];
      return [
        { name: `${name}_growth`, reference, measured, bar: { of: "ratio", most: 1.3 } },
        { name, reference, measured, bar: { of: "measured", most: 160 } },
      ];
    };
    return [...compare("memory_cloning", ({ cloning }) => cloning), ...compare("memory", ({ steady }) => steady)];
  },
};
