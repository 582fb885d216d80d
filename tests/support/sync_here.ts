import { run } from "../../lib/cli/run.ts";
import { PROGRAM } from "../../lib/commands/table.ts";
import { type Clock, systemClock } from "../../lib/host/clock.ts";
import type { Files } from "../../lib/host/files.ts";
import type { Http } from "../../lib/host/http.ts";
import type { Network } from "../../lib/host/network.ts";
import { loadConfiguration } from "../../lib/repos_conf/load.ts";
import { fakeSystem } from "./fake_system.ts";
import { fakeTerminal } from "./fake_terminal.ts";
import type { RunResult } from "./program.ts";
import type { Scenario, Variables } from "./scenario.ts";

/** How a sync in this process differs from one in a process of its own. */
export interface SyncHere {
  readonly args?: readonly string[];
  readonly variables?: Variables;
  readonly network?: Network;
  readonly http?: Http;
  readonly clock?: Clock;
  /** What it sees and does of the files. */
  readonly files?: (files: Files) => Files;
}

/**
 * Runs `rcusync sync` in this process: the same program on the same files, but with another resolver, and with none of
 * the time that a start takes.
 */
export async function syncHere(
  { path, bin, configRoot, root }: Pick<Scenario, "path" | "bin" | "configRoot" | "root">,
  { args = [], variables = {}, network, http, clock = systemClock, files = (same) => same }: SyncHere = {},
): Promise<RunResult> {
  const terminal = fakeTerminal();
  const system = fakeSystem({
    terminal,
    clock,
    variables: {
      PATH: `${bin}:${Deno.env.get("PATH") ?? ""}`,
      HOME: path,
      PORTAGE_CONFIGROOT: configRoot,
      ROOT: root,
      FEATURES: "-usersync",
      PORTAGE_TMPDIR: `${path}/tmp`,
      ...variables,
    },
  });
  const environment = { ...system.environment, tempDir: `${path}/tmp` };
  const code = await run(["--repos-conf", `${configRoot}/etc/portage/repos.conf`, "sync", ...args], {
    program: PROGRAM,
    system: { ...system, environment, files: files(system.files), ...(network && { network }), ...(http && { http }) },
    signal: new AbortController().signal,
    loadConfiguration: (system, options) => Promise.resolve(loadConfiguration(system, options)),
  });
  return { code, out: terminal.out, err: terminal.err };
}

/** A resolver that knows these IPv4 addresses for every host. */
export function networkOf(...addresses: readonly string[]): Network {
  return { addressesOf: () => Promise.resolve(addresses.map((text) => ({ family: 4, text }))) };
}
