import { accountsOf } from "./accounts.ts";
import { systemClock } from "./clock.ts";
import { systemEnvironment } from "./environment.ts";
import { systemFiles } from "./files.ts";
import { systemHttp } from "./http.ts";
import { systemNetwork } from "./network.ts";
import { systemProcesses } from "./processes.ts";
import type { System } from "./system.ts";
import { systemTerminal } from "./terminal.ts";

/** The machine this program runs on. */
export function thisMachine(): System {
  return {
    files: systemFiles(),
    processes: systemProcesses,
    clock: systemClock,
    environment: systemEnvironment(),
    terminal: systemTerminal,
    network: systemNetwork,
    http: systemHttp,
    accounts: accountsOf,
  };
}
