import { Fault } from "../base/fault.ts";
import { quoted, withoutPasswords } from "../base/printable.ts";
import { type Candidate, candidates } from "../rsync/addresses.ts";
import { attempts, parseInitialTimeout, parseRetries } from "../rsync/attempts.ts";
import { choosesCompression } from "../rsync/compression.ts";
import { operandOf } from "../rsync/operand.ts";
import { assess } from "../rsync/option_safety.ts";
import { commonWords } from "../rsync/options.ts";
import { rsyncEnvironment, type Session } from "../rsync/session.ts";
import { type SourceScope, submodulePaths } from "../rsync/source_words.ts";
import type { Identity } from "../storage/identity.ts";
import { parseSyncUri, type SyncUri } from "../rsync/uri.ts";
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
 * @throws {Fault} `configuration` for a URI, an option or an rsync that cannot be used.
 */
export async function findMirrors(
  job: SyncJob,
  { identity, reporter, excludes, shared }: {
    readonly identity: Identity;
    readonly reporter: Reporter;
    readonly excludes: readonly string[];
    /** Whether files of the tree share inodes with a published one. */
    readonly shared: boolean;
  },
): Promise<Mirrors> {
  const { configuration: { variables }, options, repository, system } = job;
  const uri = parseSyncUri(repository.syncUri ?? "");
  const env = { ...rsyncEnvironment(variables.childEnvironment), ...identity.environment };
  const configured = configuredWords(job, uri, reporter);
  const wholePass = shared ? refuseUnsafe(repository.name, configured) : undefined;
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

/** The words for rsync that the configuration gives; warns of those that are not right. */
function configuredWords(
  { configuration: { variables }, options, repository }: SyncJob,
  uri: SyncUri,
  reporter: Reporter,
): readonly string[] {
  const { warnings, words } = commonWords({
    uri,
    opts: variables.get("PORTAGE_RSYNC_OPTS"),
    extraOpts: repository.rsync.extraOpts,
    sshOpts: variables.get("PORTAGE_SSH_OPTS"),
    verbosity: options.verbosity,
    debug: false,
  });
  for (const warning of warnings) reporter.warn(warning);
  return words;
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

/** Refuses options that would change published files; returns why others need a private copy. */
function refuseUnsafe(name: string, words: readonly string[]): string | undefined {
  const { refused, unplannable } = assess(words);
  const first = refused[0];
  if (first !== undefined) {
    throw new Fault(
      "configuration",
      `The rsync option ${first.word} cannot be used for ${quoted(name)}: ${first.reason}`,
      { hint: "Take it out of sync-rsync-extra-opts and PORTAGE_RSYNC_OPTS, or set sync-allow-hardlinks = no" },
    );
  }
  const objection = unplannable[0];
  return objection && `${objection.word}: ${objection.reason}`;
}
