import type { ClientRun } from "./bench_stage.ts";

/** What a run did by itself: all of its time but that of the rsyncs that it waited for. */
export function ownWorkMs({ ms, rsyncs }: ClientRun): number {
  return rsyncs.reduce((rest, rsync) => rest - rsync.ms, ms);
}

/** How long the listing took that the plan is made of. */
export function planMs({ rsyncs }: ClientRun): number {
  return rsyncs.find(({ kind }) => kind === "plan")?.ms ?? NaN;
}
