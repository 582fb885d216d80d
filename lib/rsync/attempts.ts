/**
 * Yields the candidate of each attempt to sync, in order.
 *
 * With `retries` below 0 each candidate comes once. Otherwise there are `retries` + 1 attempts in all, and the
 * candidates are used over again in the same order. Nothing waits between attempts.
 *
 * @example
 * ```ts
 * import { attempts } from "./attempts.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...attempts(["a", "b"], 2)], ["a", "b", "a"]);
 * ```
 */
export function* attempts<T>(candidates: readonly T[], retries: number): Generator<T, void, void> {
  if (retries < 0) return yield* candidates;
  for (let attempt = 0; attempt <= retries; attempt++) {
    const candidate = candidates[attempt % candidates.length];
    if (candidate === undefined) return;
    yield candidate;
  }
}

/** Reads PORTAGE_RSYNC_RETRIES: -1 when unset, empty or not a whole number. */
export function parseRetries(text: string | undefined): number {
  return parseInteger(text) ?? -1;
}

/**
 * Reads PORTAGE_RSYNC_INITIAL_TIMEOUT into milliseconds for the whole probe: 15 s when unset or not a whole
 * number, `undefined` (no limit) for 0. A negative one gives 0: the probe fails at once.
 */
export function parseInitialTimeout(text: string | undefined): number | undefined {
  const seconds = parseInteger(text) ?? 15;
  return seconds === 0 ? undefined : Math.max(0, seconds) * 1000;
}

function parseInteger(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : undefined;
}
