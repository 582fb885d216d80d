/** What an exit status of rsync means for the attempt that got it: see EXIT VALUES in rsync(1). */
export interface ExitMeaning {
  /** `retry`: the next address may do better; `final`: no other one would. */
  readonly verdict: "done" | "retry" | "final";
  /** In the words of rsync(1), lower case. */
  readonly text: string;
  readonly hint?: string;
}

/** The status that a probe counts as when its time is up. */
export const TIMED_OUT = 30;

const MEANINGS: ReadonlyMap<number, ExitMeaning> = new Map<number, ExitMeaning>([
  [0, { verdict: "done", text: "success" }],
  [1, { verdict: "final", text: "syntax or usage error", hint: "Check sync-uri and the options for rsync" }],
  [2, { verdict: "retry", text: "protocol incompatibility" }],
  [3, { verdict: "final", text: "errors selecting input or output files, dirs" }],
  [4, { verdict: "final", text: "requested action not supported" }],
  [5, { verdict: "retry", text: "error starting client-server protocol" }],
  [6, { verdict: "retry", text: "daemon unable to append to its log file" }],
  [10, { verdict: "retry", text: "error in socket I/O", hint: "Check the network, and whether the mirror is up" }],
  [11, { verdict: "final", text: "error in file I/O", hint: "Check the file system: it may be full or damaged" }],
  [12, { verdict: "retry", text: "error in rsync protocol data stream" }],
  [13, { verdict: "retry", text: "errors with program diagnostics" }],
  [14, { verdict: "final", text: "error in IPC code" }],
  [15, { verdict: "retry", text: "sibling process crashed" }],
  [16, { verdict: "retry", text: "sibling process terminated abnormally" }],
  [19, { verdict: "retry", text: "received SIGUSR1" }],
  [20, { verdict: "final", text: "killed by a signal" }],
  [21, { verdict: "final", text: "waitpid() failed" }],
  [22, { verdict: "retry", text: "error allocating core memory buffers" }],
  [23, { verdict: "retry", text: "partial transfer due to error" }],
  [24, {
    verdict: "retry",
    text: "files vanished while they were transferred",
    hint: "Try again: the mirror is updating",
  }],
  [25, { verdict: "retry", text: "the --max-delete limit stopped deletions" }],
  [TIMED_OUT, { verdict: "retry", text: "timeout in data send/receive" }],
  [35, { verdict: "retry", text: "timeout waiting for daemon connection" }],
  [124, { verdict: "retry", text: "the command run by ssh failed" }],
  [125, { verdict: "retry", text: "the command run by ssh was killed" }],
  [126, { verdict: "retry", text: "the command given to ssh cannot be run" }],
  [127, { verdict: "retry", text: "the command given to ssh is not found", hint: "Install rsync on the mirror" }],
  [255, { verdict: "retry", text: "the remote shell failed", hint: "Check that ssh reaches the mirror" }],
]);

/** Looks an exit status up; one that rsync does not know is worth a retry. */
export function exitMeaning(code: number): ExitMeaning {
  const known = MEANINGS.get(code);
  if (known !== undefined) return known;
  return { verdict: "retry", text: code > 128 ? `killed by signal ${code - 128}` : "unknown exit status" };
}
