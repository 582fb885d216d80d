import type { BenchClient, BenchStage } from "./bench_stage.ts";

/** A client called `client` whose store has so many snapshots, all of them small. */
export async function manySnapshots({ client, smaller }: BenchStage, snapshots: number): Promise<BenchClient> {
  const mirror = await smaller(10);
  const rcusync = client("client", { mirror, settings: { "sync-rcu-spare-snapshots": String(snapshots) } });
  for (let snapshot = 1; snapshot <= snapshots; snapshot++) {
    mirror.mutate(1);
    await rcusync.run("sync");
  }
  return rcusync;
}
