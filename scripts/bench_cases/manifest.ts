import type { BenchCase, Comparison, Samples } from "../benchmark/bench_case.ts";
import type { BenchClient, BenchStage, ClientRun } from "../benchmark/bench_stage.ts";
import { farMirror } from "../benchmark/far_mirror.ts";
import { ownWorkMs } from "../benchmark/own_work.ts";
import { referenceSync } from "../benchmark/reference_sync.ts";
import { type TreeSigner, treeSigner } from "../../tests/support/tree_signer.ts";
import { onePercent, WARM_UPS } from "../benchmark/steady_state.ts";
import { settle, timeCommand } from "../benchmark/timed_run.ts";

/** A round trip of 50 ms: to another continent, or over a busy line. */
const ONE_WAY_MS = 25;

/**
 * One percent of the packages changed, synced by signed Manifests and by a comparison of the whole tree, both with
 * signature and hashes checked; on loopback and over a long way. With `GEMATO`, a folder with its sources, also beside
 * Portage's sequence with gemato.
 */
export const bench: BenchCase = {
  async run(stage) {
    const { dir, mirror, runs } = stage;
    const signer = await treeSigner(`${dir}/key.asc`);
    const { port, pathname } = new URL(mirror.uri.replace(/^rsync:/, "http:"));
    await using far = farMirror(Number(port), ONE_WAY_MS);
    const uri = `rsync://127.0.0.1:${far.port}${pathname}`;
    const clients: readonly (readonly [Side, BenchClient])[] = [
      ["plan", client(stage, signer, "plan")],
      ["manifest", client(stage, signer, "manifest")],
      ["far plan", client(stage, signer, "plan", uri)],
      ["far manifest", client(stage, signer, "manifest", uri)],
    ];
    const taken: Record<Side, ClientRun[]> = { plan: [], manifest: [], "far plan": [], "far manifest": [] };
    const reference: number[] = [];
    const gemato = Deno.env.get("GEMATO");
    for (let round = 1; round <= WARM_UPS + runs; round++) {
      mirror.mutate(onePercent(mirror));
      await signer.sign(mirror.dir);
      for (const [side, rcusync] of round % 2 === 0 ? clients.toReversed() : clients) {
        await settle();
        taken[side].push(await rcusync.run("sync"));
      }
      if (gemato !== undefined) reference.push(await withGemato(stage, { gemato, keyPath: signer.keyPath, id: round }));
    }
    return comparisons(taken, reference);
  },
};

type Side = "plan" | "manifest" | "far plan" | "far manifest";

function client(stage: BenchStage, { keyPath }: TreeSigner, strategy: string, uri = stage.mirror.uri): BenchClient {
  return stage.client(`${strategy}${uri === stage.mirror.uri ? "" : "-far"}`, {
    mirror: { ...stage.mirror, uri },
    timed: true,
    settings: {
      "sync-rcu-strategy": strategy,
      "sync-rsync-verify-metamanifest": "yes",
      "sync-openpgp-key-path": keyPath,
      "sync-openpgp-key-refresh": "false-nowarn",
    },
  });
}

async function withGemato(
  { dir, mirror }: BenchStage,
  { gemato, keyPath, id }: { readonly gemato: string; readonly keyPath: string; readonly id: number },
): Promise<number> {
  await settle();
  const syncMs = await referenceSync(`${dir}/reference`, { uri: mirror.uri, id });
  const tree = `${dir}/reference/snapshots/${id}`;
  const env = ["env", `PYTHONPATH=${gemato}`, "python3", "-m", "gemato", "verify", "-q", "-R", "-K", keyPath, tree];
  return syncMs + await timeCommand(env[0] ?? "", env.slice(1));
}

function comparisons(taken: Readonly<Record<Side, readonly ClientRun[]>>, reference: readonly number[]): Comparison[] {
  const ms = (what: string, values: readonly number[]): Samples => ({
    what,
    unit: "ms",
    values: values.slice(WARM_UPS),
  });
  const all = (side: Side) => taken[side].map((run) => run.ms);
  const guided = ms("by Manifests", all("manifest"));
  const own = ms("by Manifests, without rsync", taken.manifest.map(ownWorkMs));
  const ours: Comparison[] = [
    {
      name: "manifest",
      reference: ms("by a plan", all("plan")),
      measured: guided,
      bar: { of: "ratio", most: 0.35 },
    },
    {
      name: "manifest_50ms",
      reference: ms("by a plan, far away", all("far plan")),
      measured: ms("by Manifests, far away", all("far manifest")),
      bar: { of: "ratio", most: 1 },
    },
    { name: "manifest_own_work", reference: guided, measured: own, bar: { of: "measured", most: 1000 } },
  ];
  if (reference.length === 0) return ours;
  const sequence = ms("Portage's sequence and gemato", reference);
  return [...ours, {
    name: "manifest_gemato",
    reference: sequence,
    measured: guided,
    bar: { of: "ratio", most: 0.05 },
  }];
}
