import type { BenchClient, BenchMirror } from "./bench_stage.ts";

/** Rounds until a store has a snapshot to retire, and the one after has it for its reserve. */
export const WARM_UPS = 3;

/** Brings a client to where each further update recycles the reserve. */
export async function warmUp(client: BenchClient, mirror: BenchMirror, changed: number): Promise<void> {
  for (let round = 1; round <= WARM_UPS; round++) {
    mirror.mutate(changed);
    await client.run("sync");
  }
}

/** One percent of a mirror's packages: what half a day brings. */
export function onePercent({ packages }: BenchMirror): number {
  return Math.max(1, Math.round(packages / 100));
}
