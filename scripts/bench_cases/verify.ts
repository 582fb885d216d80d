import { mutateTree } from "../../tests/support/mutated_tree.ts";
import type { BenchCase, Comparison, Samples } from "../benchmark/bench_case.ts";
import { bundled } from "../benchmark/bundled.ts";
import { treeSigner } from "../../tests/support/tree_signer.ts";
import { settle, timeCommand, type TimedRun, timedRun } from "../benchmark/timed_run.ts";

/**
 * A whole check, and one after a change of one percent with the state loaded and saved, against a loop that reads and
 * hashes and nothing else; against gemato too, when `GEMATO` names a folder with its sources.
 */
export const bench: BenchCase = {
  async run({ dir, mirror, runs }) {
    const tree = `${dir}/tree`;
    await timeCommand("cp", ["-a", mirror.dir, tree]);
    const { keyPath, sign } = await treeSigner(`${dir}/key.asc`);
    await sign(tree);
    await Deno.mkdir(`${dir}/bundle`);
    const main = await bundled(`${dir}/bundle`, ["verify_main", "bare_hash"]);
    const gemato = Deno.env.get("GEMATO");
    const taken = { bare: [], full: [], changed: [], gemato: [] } as Record<Side, TimedRun[]>;
    for (let round = 0; round <= runs; round++) {
      // As a sync does it: what changes is a new file.
      mutateTree(tree, { fraction: 0.01, seed: round });
      await sign(tree);
      const sides: [Side, () => Promise<TimedRun>][] = [
        ["changed", () => timedRun([...main, "changed", tree, keyPath, `${dir}/state`])],
        ["bare", () => timedRun([...main, "bare", tree])],
        ["full", () => timedRun([...main, "full", tree, keyPath, `${dir}/other-state`])],
      ];
      if (gemato !== undefined) sides.push(["gemato", () => runGemato(gemato, tree, keyPath)]);
      for (const [side, measure] of sides) {
        await settle();
        const result = await measure();
        // The first check after a change has no state yet.
        if (round > 0) taken[side].push(result);
      }
    }
    return comparisons(taken);
  },
};

type Side = "bare" | "full" | "changed" | "gemato";

function runGemato(sources: string, tree: string, keyPath: string): Promise<TimedRun> {
  return timedRun(["python3", "-m", "gemato", "verify", "-q", "-R", "-K", keyPath, tree], { PYTHONPATH: sources });
}

function comparisons(taken: Readonly<Record<Side, readonly TimedRun[]>>): Comparison[] {
  const ms = (what: string, side: Side): Samples => ({ what, unit: "ms", values: taken[side].map(({ ms }) => ms) });
  const MB = (what: string, side: Side): Samples => ({
    what,
    unit: "MB",
    values: taken[side].map(({ peakMB }) => peakMB),
  });
  const [full, changed] = [ms("whole check", "full"), ms("check after 1%", "changed")];
  const [fullMB, changedMB] = [MB("whole check", "full"), MB("check after 1%", "changed")];
  const bare = ms("bare loop", "bare");
  const ours: Comparison[] = [
    { name: "verify_whole", reference: bare, measured: full, bar: { of: "ratio", most: 2 } },
    { name: "verify_change", reference: full, measured: changed },
    { name: "verify_memory", reference: MB("bare loop", "bare"), measured: fullMB, bar: { of: "measured", most: 300 } },
    { name: "verify_memory_change", reference: fullMB, measured: changedMB, bar: { of: "measured", most: 300 } },
  ];
  if (taken.gemato.length === 0) return ours;
  const reference = ms("gemato", "gemato");
  return [
    ...ours,
    { name: "verify_whole_gemato", reference, measured: full, bar: { of: "ratio", most: 0.3 } },
    { name: "verify_change_gemato", reference, measured: changed, bar: { of: "ratio", most: 0.1 } },
  ];
}
