import type { Command, Program } from "../../lib/cli/command.ts";
import { run } from "../../lib/cli/run.ts";
import type { Clock } from "../../lib/host/clock.ts";
import type { Files } from "../../lib/host/files.ts";
import type { Configuration } from "../../lib/repos_conf/configuration.ts";
import { fakeSystem } from "./fake_system.ts";
import { type FakeTerminal, fakeTerminal } from "./fake_terminal.ts";
import { configurationOf } from "./repository.ts";

/** What the run of a command line is like in a test. */
export interface RunSettings {
  readonly configuration?: Configuration;
  readonly terminal?: FakeTerminal;
  readonly clock?: Clock;
  readonly variables?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** In place of the real ones. */
  readonly files?: Partial<Files>;
}

/** Runs a command line of `program` from argv to exit status, on real files, with everything else faked. */
export async function runProgram(program: Program, argv: readonly string[], settings: RunSettings = {}) {
  const terminal = settings.terminal ?? fakeTerminal();
  const { clock, variables } = settings;
  const system = fakeSystem({ terminal, ...(clock && { clock }), ...(variables && { variables }) });
  const code = await run(argv, {
    program,
    system: { ...system, files: { ...system.files, ...settings.files } },
    signal: settings.signal ?? new AbortController().signal,
    loadConfiguration: () => Promise.resolve(settings.configuration ?? configurationOf([])),
  });
  return { code, out: terminal.out, err: terminal.err, terminal };
}

/** A program of commands made for a test. */
export function programOf(commands: Readonly<Record<string, Command>>): Program {
  return {
    name: "rcusync",
    summary: "test program",
    description: [],
    examples: [],
    environment: [],
    commands: Object.entries(commands).map(([name, command]) => ({
      name,
      summary: `Summary of ${name}`,
      load: () => Promise.resolve(command),
    })),
  };
}
