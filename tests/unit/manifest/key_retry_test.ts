import { assertEquals } from "@std/assert";
import { notFetched } from "../../../lib/manifest/key_refresh/fetch_keys.ts";
import { retryDelayMs, type RetrySettings, withRetries } from "../../../lib/manifest/key_refresh/retry.ts";
import { fakeClock } from "../../support/fake_system.ts";

const UNSET: RetrySettings = {
  count: undefined,
  overallTimeoutSeconds: undefined,
  delayExpBase: undefined,
  delayMaxSeconds: undefined,
  delayMult: undefined,
};

/** How often a server is asked that never answers, and how long that takes, in seconds. */
async function askedOf(settings: Partial<RetrySettings>, isFinal = false): Promise<[number, number]> {
  const clock = fakeClock();
  let asked = 0;
  const ask = () => {
    asked++;
    return Promise.resolve(notFetched("away", { isFinal }));
  };
  const signal = new AbortController().signal;
  await withRetries({ clock }, ask, {
    settings: { ...UNSET, ...settings },
    random: () => 0.5,
    signal,
    onRetry: () => {},
  });
  return [asked, clock.monotonicMs() / 1000];
}

Deno.test("a server is asked once unless a count says otherwise", async () => {
  assertEquals(await askedOf({}), [1, 0]);
  assertEquals(await askedOf({ count: 0 }), [1, 0]);
  assertEquals(await askedOf({ count: -3 }), [1, 0]);
});

Deno.test("T132 a count without a limit of time uses up the attempts", async () => {
  assertEquals(await askedOf({ count: 4 }), [4, 1 + 2 + 4]);
  assertEquals(await askedOf({ count: 4, overallTimeoutSeconds: 0 }), [4, 7]);
});

Deno.test("the limit of time ends the attempts before the pause that would pass it", async () => {
  assertEquals(await askedOf({ count: 40, overallTimeoutSeconds: 10 }), [4, 7]);
});

Deno.test("what will not change is not asked for again", async () => {
  assertEquals(await askedOf({ count: 40 }, true), [1, 0]);
});

Deno.test("pauses grow with base and factor up to the longest", () => {
  const settings = { ...UNSET, delayExpBase: 3, delayMult: 4, delayMaxSeconds: 60 };
  assertEquals([1, 2, 3, 40].map((attempt) => retryDelayMs(settings, attempt, 0.5)), [6000, 18_000, 30_000, 30_000]);
});
