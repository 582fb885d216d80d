import type { Clock } from "./clock.ts";

/**
 * Returns what a long loop awaits in each round: it lets pending signals and timers run when the loop has had this
 * thread for `lengthMs` milliseconds.
 */
export function turns(clock: Pick<Clock, "monotonicMs" | "yield">, lengthMs: number): () => Promise<void> {
  let begunMs = clock.monotonicMs();
  return async () => {
    if (clock.monotonicMs() - begunMs < lengthMs) return;
    await clock.yield();
    begunMs = clock.monotonicMs();
  };
}
