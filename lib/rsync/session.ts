import type { Processes } from "../host/processes.ts";

/** What all calls of rsync for one attempt at one mirror have in common. */
export interface Session {
  readonly processes: Processes;
  /** What every call begins with; see `commonWords`. */
  readonly words: readonly string[];
  /** Files are not compressed on their way, whatever `words` say: see `isNear`. */
  readonly uncompressed?: boolean;
  /** Manifests speak of all that is wanted; hidden names are not. */
  readonly isSigned?: boolean;
  /** The mirror as rsync names it, without a trailing slash; see `operandOf`. */
  readonly source: string;
  /** The complete environment of rsync; see {@linkcode rsyncEnvironment}. */
  readonly env: Readonly<Record<string, string>>;
  /** The account that rsync runs under; this process's own when absent. */
  readonly uid?: number;
  readonly gid?: number;
  readonly umask?: number;
  /** For ssh, which must reach the terminal when it asks for a password. */
  readonly foreground: boolean;
  readonly signal: AbortSignal;
  /** `verbose`: also what rsync says on standard output is passed to `onTalk`. */
  readonly verbosity: "quiet" | "normal" | "verbose";
  /** Gets what rsync and the mirror say, a line at a time, safe to print. */
  readonly onTalk: (line: string) => void;
}

/**
 * The environment for rsync: all of `variables` (RSYNC_PROXY and RSYNC_PASSWORD among them), the home of the user
 * that it runs as, and messages in English, since some are read here.
 */
export function rsyncEnvironment(
  variables: Readonly<Record<string, string>>,
  user?: { readonly name: string; readonly home: string },
): Readonly<Record<string, string>> {
  return { ...variables, ...(user && { HOME: user.home, LOGNAME: user.name }), LC_ALL: "C" };
}
