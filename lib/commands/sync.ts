import { asFault, Fault } from "../base/fault.ts";
import { type CommandResult, type ConfiguredContext, defineCommand, type Failure } from "../cli/command.ts";
import { verbosityOf } from "../cli/everywhere.ts";
import { type ExitCode, exitCodeOf, exitCodeOfRun } from "../cli/exit_code.ts";
import { STRATEGIES, type Strategy } from "../repos_conf/strategy.ts";
import { selectionWarnings, selectRepositories } from "../repos_conf/select.ts";
import type { Submodule } from "../rsync/source_words.ts";
import type { SyncDone } from "../sync/event.ts";
import { syncRepositories, type SyncResult } from "../sync/sync_repositories.ts";
import { DEFAULT_FULL_EVERY_DAYS } from "../sync/verified_before.ts";
import { DEFAULT_LOCK_WAIT_SECONDS } from "./lock_wait.ts";

/** What `sync` is made of; tests give their own. */
export interface SyncParts {
  readonly selectRepositories: typeof selectRepositories;
  readonly syncRepositories: typeof syncRepositories;
}

/** `rcusync sync [REPO…]` */
export const sync = syncCommand({ selectRepositories, syncRepositories });

/** {@linkcode sync} of the given parts. */
export function syncCommand(parts: SyncParts) {
  return defineCommand({
    needs: "configuration",
    description: [
      "Brings each repository up to date and publishes the result in one step. A repository is synced after its " +
      "masters; one that fails does not stop the others.",
      "A sync that is interrupted leaves what was published before, and nothing to clean up.",
    ],
    positionals: { repositories: { placeholder: "REPO", kind: "repository", arity: "many" } },
    flags: {
      jobs: {
        kind: "integer",
        short: "j",
        placeholder: "N",
        minimum: 1,
        default: 1,
        description: "Sync N repositories at a time; 1 unless given",
      },
      force: { kind: "switch", description: "Transfer even when the mirror's timestamp is the same as ours" },
      "allow-older": { kind: "switch", description: "Take a tree that is older than the one here" },
      "full-every": {
        kind: "integer",
        placeholder: "DAYS",
        minimum: 0,
        default: DEFAULT_FULL_EVERY_DAYS,
        description:
          `Read every file to verify it, not only what changed, after DAYS; ${DEFAULT_FULL_EVERY_DAYS} unless given`,
      },
      strategy: {
        kind: "choice",
        placeholder: "WAY",
        choices: STRATEGIES,
        description: "Find out what changed by signed Manifests or by comparing all; before sync-rcu-strategy",
      },
      submodule: {
        kind: "choices",
        placeholder: "PART",
        choices: ["glsa", "news", "profiles"],
        description: "Sync this part alone, of a tree that is not verified; may be given more than once",
      },
      "min-interval": {
        kind: "duration",
        placeholder: "DURATION",
        description: "Leave a mirror alone that was synced from less long ago: 30m, 12h, 2d; needs sync-rcu",
      },
      wait: {
        kind: "seconds",
        placeholder: "SECONDS",
        bare: Infinity,
        description:
          `Wait for another writer, without SECONDS for ever; ${DEFAULT_LOCK_WAIT_SECONDS} seconds unless given`,
      },
      "no-wait": { kind: "switch", description: "Fail at once when another writer holds the store" },
    },
    exitStatuses: [3, 11, 12, 13, 14, 129, 130, 143],
    examples: [
      { line: "rcusync sync", purpose: "Sync the repositories that auto-sync" },
      { line: "rcusync sync gentoo guru -j 2", purpose: "Sync these two at the same time" },
      { line: "rcusync sync guru --submodule news", purpose: "Sync the news alone, of a tree that is not verified" },
      { line: "rcusync sync --dry-run", purpose: "Print what would be done" },
      { line: "rcusync sync --quiet --no-wait", purpose: "From cron: speak only of failures" },
      { line: "rcusync sync --min-interval=12h", purpose: "Ask a public mirror twice a day at most" },
    ],
    run: (context, input) => runSync(parts, context, { ...input.flags, names: input.positionals.repositories }),
  });
}

interface SyncRequest {
  readonly names: readonly string[];
  readonly jobs: number;
  readonly force: boolean;
  readonly strategy: Strategy | undefined;
  readonly submodule: readonly Submodule[];
  readonly "allow-older": boolean;
  readonly "full-every": number;
  readonly "min-interval": number | undefined;
  readonly wait: number | undefined;
  readonly "no-wait": boolean;
}

async function runSync(parts: SyncParts, context: ConfiguredContext, request: SyncRequest): Promise<CommandResult> {
  const { configuration, everywhere, onEvent, onNote, signal, system } = context;
  const lockWaitSeconds = lockWait(request);
  const repositories = parts.selectRepositories(configuration, request.names);
  for (const note of [...configuration.warnings, ...selectionWarnings(configuration, request.names)]) onNote(note);
  if (repositories.length === 0) onNote("Nothing to sync: no repository auto-syncs");
  const result = repositories.length === 0 ? NOTHING_SYNCED : await parts.syncRepositories(
    system,
    { configuration, repositories },
    {
      dryRun: everywhere["dry-run"],
      force: request.force,
      strategy: request.strategy,
      submodules: request.submodule,
      allowOlder: request["allow-older"],
      fullEveryDays: request["full-every"],
      jobs: request.jobs,
      lockWaitSeconds,
      minIntervalSeconds: request["min-interval"],
      verbosity: verbosityOf(everywhere),
      signal,
      onEvent,
    },
  );
  onEvent({ event: "summary", ...outcomes(result.repositories) });
  return {
    exitCode: signal.aborted ? exitCodeOf(asFault(signal.reason).kind) : exitCode(result),
    view: [],
    failures: result.hookFaults.map((fault): Failure => ({ fault })),
  };
}

const NOTHING_SYNCED: SyncResult = { repositories: [], hookFaults: [] };

/** @throws {Fault} `usage` for two answers to one question. */
function lockWait(request: SyncRequest): number {
  if (!request["no-wait"]) return request.wait ?? DEFAULT_LOCK_WAIT_SECONDS;
  if (request.wait === undefined) return 0;
  throw new Fault("usage", 'Flags "--wait" and "--no-wait" contradict each other', { hint: "Give one of them" });
}

function outcomes(done: readonly SyncDone[]) {
  const count = (wanted: SyncDone["outcome"]) => done.filter(({ outcome }) => outcome === wanted).length;
  return { updated: count("updated"), upToDate: count("up-to-date"), failed: count("failed") };
}

/** Failed hooks count when nothing worse happened. */
function exitCode({ repositories, hookFaults }: SyncResult): ExitCode {
  const failed = repositories.filter(({ outcome }) => outcome === "failed").map(({ error }) =>
    error?.kind ?? "unexpected"
  );
  if (failed.length > 0) return exitCodeOfRun(failed, repositories.length);
  return exitCodeOfRun(hookFaults.map(({ kind }) => kind), hookFaults.length);
}
