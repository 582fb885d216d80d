import { isErrno } from "./errno.ts";

/**
 * What went wrong, as a word that decides the exit status.
 *
 * - `usage`: the command line
 * - `configuration`: repos.conf, make.conf, or paths that contradict each other
 * - `locked`: another writer holds the store
 * - `verification`: signature or Manifest mismatch
 * - `mirror`: no mirror could serve the repository
 * - `store`: the store needs attention
 * - `disk-full`: no space or no inodes left
 * - `interrupted`: SIGINT; `terminated`: SIGTERM; `hangup`: SIGHUP
 * - `hook`: a postsync hook failed
 * - `unexpected`: anything else
 */
export type FaultKind =
  | "usage"
  | "configuration"
  | "locked"
  | "verification"
  | "mirror"
  | "store"
  | "disk-full"
  | "interrupted"
  | "terminated"
  | "hangup"
  | "hook"
  | "unexpected";

/** What a {@linkcode Fault} carries besides its message. */
export interface FaultOptions {
  /** What to do next: an imperative sentence, capital first, no final period. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * An error that rcusync expects and explains.
 *
 * The message starts with a capital, has no final period, and names the repository and path.
 */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly kind: FaultKind;
  readonly hint: string | undefined;

  constructor(kind: FaultKind, message: string, options: FaultOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.kind = kind;
    this.hint = options.hint;
  }
}

const FORBIDDEN = { hint: "Run rcusync as root, or as a user who may do that" } as const;

/** Returns `error` when it is a {@linkcode Fault}, else wraps it as an unexpected one. */
export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const message = error instanceof Error ? error.message : String(error);
  const isForbidden = isErrno(error, "EACCES", "EPERM");
  return new Fault("unexpected", message, { ...(isForbidden && FORBIDDEN), cause: error });
}
