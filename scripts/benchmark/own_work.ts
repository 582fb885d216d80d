import type { ClientRun } from "./bench_stage.ts";

/** What a run did by itself: all of its time but that in which an rsync ran; two may run at once. */
export function ownWorkMs({ ms, rsyncs }: ClientRun): number {
  let [rest, until] = [ms, -Infinity];
  for (const { startMs, endMs } of rsyncs.toSorted((a, b) => a.startMs - b.startMs)) {
    rest -= Math.max(0, endMs - Math.max(startMs, until));
    until = Math.max(until, endMs);
  }
  return rest;
}

/** How long the listing took that the plan is made of. */
export function planMs({ rsyncs }: ClientRun): number {
  return rsyncs.find(({ kind }) => kind === "plan")?.ms ?? NaN;
}
