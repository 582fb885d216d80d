import { withoutPasswords } from "../base/printable.ts";
import { type Candidate, candidates } from "../rsync/addresses.ts";
import { attempts, parseInitialTimeout, parseRetries } from "../rsync/attempts.ts";
import { choosesCompression } from "../rsync/compression.ts";
import { operandOf } from "../rsync/operand.ts";
import { rsyncEnvironment, type Session } from "../rsync/session.ts";
import { type SourceScope, submodulePaths } from "../rsync/source_words.ts";
import type { Identity } from "../storage/identity.ts";
import { rsyncWords } from "../storage/rsync_words.ts";
import type { Reporter } from "./reporter.ts";
import type { SyncJob } from "./sync_job.ts";

/** The mirrors of a repository, ready to be asked. */
export interface Mirrors {
  /** One for each attempt, in order. */
  readonly sessions: Iterable<Session>;
  /** `sync-uri` without a password. */
  readonly uri: string;
  /** Why rsync has to go over a whole private copy, if it has to. */
  readonly wholePass: string | undefined;
  readonly probeTimeoutMs: number | undefined;
  /** The part of the tree that is asked for. */
  readonly scope: SourceScope;
}

/**
 * Puts together what rsync is called with, and finds the addresses to try.
 *
 * @param excludes patterns of the storage's own.
 * @throws {Fault} `configuration` for a URI or an option that cannot be used.
 */
export async function findMirrors(
  job: SyncJob,
  { identity, reporter, excludes }: {
    readonly identity: Identity;
    readonly reporter: Reporter;
    readonly excludes: readonly string[];
  },
): Promise<Mirrors> {
  const { configuration: { variables }, options, repository, system } = job;
  const { uri, wholePass, warnings, words: configured } = rsyncWords(repository, variables, options.verbosity);
  for (const warning of warnings) reporter.warn(warning);
  const env = { ...rsyncEnvironment(variables.childEnvironment), ...identity.environment };
  const words = [...configured, ...excludes.map((pattern) => `--exclude=${pattern}`)];
  const found = await candidates(uri, system.network, { words, env, random: Math.random });
  const tried = [...attempts(found, parseRetries(variables.get("PORTAGE_RSYNC_RETRIES")))];
  return {
    sessions: tried.map((candidate) => sessionWith(candidate, job, { words, env, identity, reporter })),
    uri: withoutPasswords(repository.syncUri ?? ""),
    wholePass,
    probeTimeoutMs: parseInitialTimeout(variables.get("PORTAGE_RSYNC_INITIAL_TIMEOUT")),
    scope: options.submodules.length === 0 ? {} : { paths: submodulePaths(options.submodules) },
  };
}

function sessionWith(
  { isNear, uri }: Candidate,
  { options, repository, system }: SyncJob,
  { env, identity, reporter, words }: Pick<Session, "env" | "words"> & {
    readonly identity: Identity;
    readonly reporter: Reporter;
  },
): Session {
  return {
    processes: system.processes,
    env,
    signal: options.signal,
    words,
    uncompressed: isNear && !choosesCompression(repository.rsync.extraOpts),
    isSigned: repository.verification.enabled,
    source: operandOf(uri),
    umask: identity.umask,
    foreground: uri.kind === "ssh",
    verbosity: options.verbosity,
    onTalk: (line) => reporter.notice(line),
    ...(identity.uid !== undefined && { uid: identity.uid }),
    ...(identity.gid !== undefined && { gid: identity.gid }),
  };
}
