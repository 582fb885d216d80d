import { printable } from "../../base/printable.ts";
import type { Clock } from "../../host/clock.ts";
import type { Terminal } from "../../host/terminal.ts";
import type { SyncEvent, SyncPhase } from "../../sync/event.ts";
import { type LiveBlock, liveBlock } from "./live_block.ts";
import { bytesText, durationText } from "./quantity.ts";
import { type TransferRate, transferRate } from "./transfer_rate.ts";

const REDRAW_AFTER_MS = 100;

/** What to call each step while it runs. */
export const PHASE_TEXT: Readonly<Record<SyncPhase, string>> = {
  keys: "refreshing keys",
  probe: "asking the mirror",
  plan: "comparing",
  stage: "staging",
  fetch: "fetching",
  verify: "verifying",
  publish: "publishing",
  collect: "collecting garbage",
  hooks: "running hooks",
};

/** A line of progress for each repository that is being synced, redrawn on the terminal. */
export interface Progress {
  /** Takes note of an event, and redraws when it is time to. */
  update(event: SyncEvent): void;
  /** Prints above the progress. */
  above(write: () => void): void;
  /** Removes the progress; later events draw nothing. */
  stop(): void;
}

/** Progress for standard output and error that share one terminal. */
export function terminalProgress({ terminal, clock }: { terminal: Terminal; clock: Clock }): Progress {
  const block = liveBlock(terminal);
  const running = new Map<string, Running>();
  let drawnMs = -Infinity;
  let stopped = false;
  return {
    update: (event) => {
      if (stopped || !follow(running, event, clock.monotonicMs())) return;
      const nowMs = clock.monotonicMs();
      if (event.event === "progress" && nowMs - drawnMs < REDRAW_AFTER_MS) return;
      drawnMs = nowMs;
      drawRunning(block, running);
    },
    above: (write) => block.above(write),
    stop: () => {
      stopped = true;
      block.draw([]);
    },
  };
}

/** A repository that is being synced. */
interface Running {
  phase: SyncPhase | undefined;
  counts: Counts | undefined;
  rate: TransferRate;
}

type Counts = Pick<
  Extract<SyncEvent, { event: "progress" }>,
  "doneFiles" | "totalFiles" | "doneBytes" | "totalBytes"
>;

/** Applies an event to what is running; tells whether that changed what is shown. */
function follow(running: Map<string, Running>, event: SyncEvent, nowMs: number): boolean {
  switch (event.event) {
    case "start":
      running.set(event.repository, { phase: undefined, counts: undefined, rate: transferRate() });
      return true;
    case "phase":
      running.set(event.repository, { phase: event.phase, counts: undefined, rate: transferRate() });
      return true;
    case "progress": {
      const before = running.get(event.repository);
      const rate = before?.phase === event.phase ? before.rate : transferRate();
      rate.add(nowMs, event.doneBytes);
      running.set(event.repository, { phase: event.phase, counts: event, rate });
      return true;
    }
    case "done":
      return running.delete(event.repository);
    case "warning":
    case "notice":
    case "plan":
    case "summary":
      return false;
  }
}

function drawRunning(block: LiveBlock, running: ReadonlyMap<string, Running>): void {
  block.draw([...running].map(([name, state]) => progressLine(name, state)));
}

/** `gentoo  fetching  1200/3400 files  12.3 MB of 40.1 MB  5.2 MB/s  5.3 s left` */
function progressLine(name: string, { phase, counts, rate }: Running): string {
  const parts = [printable(name), phase === undefined ? "starting" : PHASE_TEXT[phase]];
  if (counts !== undefined && counts.totalFiles > 0) parts.push(`${counts.doneFiles}/${counts.totalFiles} files`);
  if (counts !== undefined && counts.totalBytes > 0) parts.push(...byteParts(counts, rate.bytesPerSecond()));
  return parts.join("  ");
}

function byteParts({ doneBytes, totalBytes }: Counts, bytesPerSecond: number | undefined): string[] {
  const done = `${bytesText(doneBytes)} of ${bytesText(totalBytes)}`;
  if (bytesPerSecond === undefined || bytesPerSecond === 0) return [done];
  const leftMs = Math.max(0, totalBytes - doneBytes) * 1000 / bytesPerSecond;
  return [done, `${bytesText(bytesPerSecond)}/s`, `${durationText(leftMs)} left`];
}
