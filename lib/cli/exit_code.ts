import type { FaultKind } from "../base/fault.ts";

/** What each exit status means, for help; ascending. */
export const EXIT_STATUSES = [
  [0, "Done, or nothing to do"],
  [1, "Unexpected failure, or a hook failed"],
  [2, "The command line is wrong"],
  [3, "Some repositories failed, others did not"],
  [10, "The configuration is wrong"],
  [11, "Another writer holds the store"],
  [12, "Verification failed; nothing was published"],
  [13, "No mirror could serve the repository"],
  [14, "The store needs attention, or the disk is full"],
  [125, "The command to run was not started: rcusync itself failed"],
  [126, "The command to run could not be executed"],
  [127, "The command to run was not found"],
  [129, "The terminal was closed (SIGHUP)"],
  [130, "Interrupted (SIGINT)"],
  [143, "Terminated (SIGTERM)"],
] as const;

/** An exit status of rcusync. */
export type ExitCode = (typeof EXIT_STATUSES)[number][0];

const CODES: Readonly<Record<FaultKind, ExitCode>> = {
  usage: 2,
  configuration: 10,
  locked: 11,
  verification: 12,
  mirror: 13,
  store: 14,
  "disk-full": 14,
  interrupted: 130,
  terminated: 143,
  hangup: 129,
  hook: 1,
  unexpected: 1,
};

const SIGNALS: ReadonlySet<FaultKind> = new Set(["interrupted", "terminated", "hangup"]);

/** The exit status for a fault that ends the run. */
export function exitCodeOf(kind: FaultKind): ExitCode {
  return CODES[kind];
}

/**
 * The exit status of a run over several repositories: 0 when none failed; 3 when some did; when all failed, the status
 * they share, else 1. A signal outweighs all that.
 *
 * @param failures One kind for each repository that failed.
 * @param total How many repositories the run was about.
 */
export function exitCodeOfRun(failures: readonly FaultKind[], total: number): ExitCode {
  const signal = failures.find((kind) => SIGNALS.has(kind));
  if (signal !== undefined) return exitCodeOf(signal);
  const [first, ...others] = new Set(failures.map(exitCodeOf));
  if (first === undefined) return 0;
  if (failures.length < total) return 3;
  return others.length === 0 ? first : 1;
}
