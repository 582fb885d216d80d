import type { Clock } from "../host/clock.ts";
import type { SyncEvent, SyncPhase } from "./event.ts";

/** Tells what happens to one repository, and how long each phase took. */
export interface Reporter {
  /** Ends the phase before it. */
  phase(phase: SyncPhase): void;
  /** At most ten times a second, and once all files are done; so it may be called for each file. */
  progress(
    done: { readonly files: number; readonly bytes: number },
    total: { readonly files: number; readonly bytes: number },
  ): void;
  warn(message: string, hint?: string): void;
  notice(message: string, hint?: string): void;
  /** Milliseconds of each phase so far. */
  phasesMs(): Readonly<Partial<Record<SyncPhase, number>>>;
  durationMs(): number;
}

/** Often enough for whoever looks on, seldom enough to cost nothing. */
const PROGRESS_EVERY_MS = 100;

/** Starts the clock for `repository`. */
export function reporter(clock: Clock, repository: string, onEvent: (event: SyncEvent) => void): Reporter {
  const startMs = clock.monotonicMs();
  const spent = new Map<SyncPhase, number>();
  let toldMs = -Infinity;
  let current: { phase: SyncPhase; sinceMs: number } | undefined;
  const settle = () => {
    if (current === undefined) return;
    const nowMs = clock.monotonicMs();
    spent.set(current.phase, (spent.get(current.phase) ?? 0) + nowMs - current.sinceMs);
    current = { phase: current.phase, sinceMs: nowMs };
  };
  const say = (event: "warning" | "notice", message: string, hint?: string) =>
    onEvent({ event, repository, message, ...(hint !== undefined && { hint }) });
  return {
    phase: (phase) => {
      settle();
      current = { phase, sinceMs: clock.monotonicMs() };
      toldMs = -Infinity;
      onEvent({ event: "phase", repository, phase });
    },
    progress: (done, total) => {
      const nowMs = clock.monotonicMs();
      if (current === undefined || (done.files < total.files && nowMs - toldMs < PROGRESS_EVERY_MS)) return;
      toldMs = nowMs;
      onEvent({
        event: "progress",
        repository,
        phase: current.phase,
        doneFiles: done.files,
        totalFiles: total.files,
        doneBytes: done.bytes,
        totalBytes: total.bytes,
      });
    },
    warn: (message, hint) => say("warning", message, hint),
    notice: (message, hint) => say("notice", message, hint),
    phasesMs: () => {
      settle();
      return Object.fromEntries([...spent].map(([phase, ms]) => [phase, Math.round(ms)]));
    },
    durationMs: () => Math.round(clock.monotonicMs() - startMs),
  };
}
