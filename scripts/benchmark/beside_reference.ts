import type { BenchClient, BenchStage } from "./bench_stage.ts";
import { referenceSync } from "./reference_sync.ts";
import { onePercent } from "./steady_state.ts";
import { settle } from "./timed_run.ts";

/**
 * Changes one percent upstream and syncs it by Portage's sequence and by rcusync, in turns; returns the milliseconds of
 * each round after the first `warmUps`.
 */
export async function besideReference(
  { dir, mirror, runs }: BenchStage,
  rcusync: BenchClient,
  warmUps: number,
): Promise<{ readonly reference: number[]; readonly measured: number[] }> {
  const reference: number[] = [];
  const measured: number[] = [];
  for (let round = 1; round <= warmUps + runs; round++) {
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
  return { reference: reference.slice(warmUps), measured: measured.slice(warmUps) };
}
