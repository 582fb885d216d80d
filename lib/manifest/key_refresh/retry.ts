import type { System } from "../../host/system.ts";
import type { NotFetched } from "./fetch_keys.ts";

/** The `sync-openpgp-key-refresh-retry-*` settings; `undefined` where unset. */
export interface RetrySettings {
  /** Attempts in all; one when unset or not above 0. */
  readonly count: number | undefined;
  /** No limit when unset or 0. */
  readonly overallTimeoutSeconds: number | undefined;
  readonly delayExpBase: number | undefined;
  readonly delayMaxSeconds: number | undefined;
  readonly delayMult: number | undefined;
}

/** How to retry. */
export interface RetryOptions {
  readonly settings: RetrySettings;
  /** From 0 to less than 1. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Called before each pause. */
  readonly onRetry: (message: string, delayMs: number) => void;
}

/** Asks until there is an answer, or the attempts or the time are used up; returns the last answer. */
export async function withRetries<Success extends { readonly kind: "refreshed" }>(
  { clock }: Pick<System, "clock">,
  ask: () => Promise<Success | NotFetched>,
  { settings, random, signal, onRetry }: RetryOptions,
): Promise<Success | NotFetched> {
  const attempts = Math.max(1, settings.count ?? 1);
  const deadlineMs = clock.monotonicMs() + (settings.overallTimeoutSeconds || Infinity) * 1000;
  for (let attempt = 1;; attempt++) {
    const answer = await ask();
    if (answer.kind === "refreshed" || answer.isFinal || attempt >= attempts) return answer;
    const delayMs = retryDelayMs(settings, attempt, random());
    if (clock.monotonicMs() + delayMs >= deadlineMs) return answer;
    onRetry(answer.message, delayMs);
    await clock.sleep(delayMs, signal);
  }
}

/** The pause after that many attempts: `random × mult × base ^ attempts` seconds, at most `delay-max`. */
export function retryDelayMs(
  { delayExpBase = 2, delayMult = 1, delayMaxSeconds = Infinity }: RetrySettings,
  attempts: number,
  random: number,
): number {
  const seconds = random * Math.min(delayMult * delayExpBase ** attempts, delayMaxSeconds || Infinity);
  return Math.round(seconds * 1000);
}
