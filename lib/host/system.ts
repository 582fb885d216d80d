import type { Accounts } from "./accounts.ts";
import type { Clock } from "./clock.ts";
import type { Environment } from "./environment.ts";
import type { Files } from "./files.ts";
import type { Http } from "./http.ts";
import type { Network } from "./network.ts";
import type { Processes } from "./processes.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Everything outside the program. A function takes the slice it needs:
 * `Pick<System, "files" | "clock">`.
 */
export interface System {
  readonly files: Files;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly environment: Environment;
  readonly terminal: Terminal;
  readonly network: Network;
  readonly http: Http;
  /** The accounts of the system under `root`; `/` is this one. */
  accounts(root: string): Accounts;
}
