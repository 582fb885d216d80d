import type { Clock } from "../../lib/host/clock.ts";
import type { Environment } from "../../lib/host/environment.ts";
import type { System } from "../../lib/host/system.ts";
import type { Terminal } from "../../lib/host/terminal.ts";
import { thisMachine } from "../../lib/host/this_machine.ts";

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  advance(ms: number): void;
}

/** Starts at `nowMs`; sleeping moves it. */
export function fakeClock(nowMs = Date.UTC(2026, 0, 10)): FakeClock {
  const startMs = nowMs;
  let passedMs = 0;
  const advance = (ms: number) => {
    passedMs += ms;
  };
  return {
    nowMs: () => startMs + passedMs,
    monotonicMs: () => passedMs,
    sleep: (ms) => Promise.resolve(advance(ms)),
    yield: () => Promise.resolve(),
    advance,
  };
}

/** This machine with its real files, but another terminal, clock and set of variables. */
export function fakeSystem(
  { terminal, clock = fakeClock(), variables = {} }: {
    readonly terminal: Terminal;
    readonly clock?: Clock;
    readonly variables?: Readonly<Record<string, string>>;
  },
): System {
  const machine = thisMachine();
  const environment: Environment = {
    ...machine.environment,
    get: (name) => variables[name],
    all: () => ({ ...variables }),
    currentDir: "/",
    tempDir: variables.TMPDIR ?? machine.environment.tempDir,
  };
  return { ...machine, terminal, clock, environment };
}
