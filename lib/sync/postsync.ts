import { withoutPasswords } from "../base/printable.ts";
import type { Fault } from "../base/fault.ts";
import type { System } from "../host/system.ts";
import type { Configuration } from "../repos_conf/configuration.ts";
import { repositoriesNamed } from "../repos_conf/find_repository.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { findHooks, type Hooks, runHooks } from "./hooks.ts";
import { repositoriesText } from "../repos_conf/repositories_text.ts";
import type { SyncOptions } from "./sync_job.ts";
import type { RepositorySynced } from "./sync_repository.ts";

/** The hooks of one run, found once at its start. */
export interface Postsync {
  /** Runs those for one repository, where they are due. A hook that fails is warned of. */
  afterRepository(repository: Repository, synced: RepositorySynced): Promise<void>;
  /** Runs those for the whole run, where they are due, and returns a fault for each that failed. */
  afterAll(): Promise<readonly Fault[]>;
}

/**
 * Prepares the hooks of a run. They are due after every repository, but for one with `sync-hooks-only-on-change` only
 * when it, or a master of it in this run, has changed; and at the end when they were due for any.
 */
export function postsync(system: System, configuration: Configuration, options: SyncOptions): Postsync {
  const hooks = hooksOf(system, configuration, options);
  const due = new Set<Repository>();
  const run = (programs: readonly string[], args: readonly string[]) =>
    runHooks(system, programs, { args, env: hookEnvironment(configuration), signal: options.signal });
  const isDue = ({ hooksOnlyOnChange, masters }: Repository, { changed }: RepositorySynced) =>
    !hooksOnlyOnChange || changed ||
    masters.some((name) => repositoriesNamed(configuration.repositories, name).some((master) => due.has(master)));
  return {
    afterRepository: async (repository, synced) => {
      if (!isDue(repository, synced)) return;
      due.add(repository);
      if (!synced.mayRunHooks || hooks.perRepository.length === 0) return;
      synced.reporter.phase("hooks");
      // Arguments are there for all to see.
      const uri = withoutPasswords(repository.syncUri ?? "");
      const faults = await run(hooks.perRepository, [repository.name, uri, repository.location]);
      for (const { message, hint } of faults) synced.reporter.warn(message, hint);
    },
    afterAll: async () => due.size > 0 ? await run(hooks.global, []) : [],
  };
}

/** Hooks belong to the system they are found on: those of another root are not run here. */
function hooksOf(system: System, { roots }: Configuration, { dryRun }: SyncOptions): Hooks {
  return dryRun || roots.root !== "/" ? { perRepository: [], global: [] } : findHooks(system, roots);
}

/** A hook that starts another sync or reads repositories gets the same ones, by their locations, never by a snapshot. */
function hookEnvironment({ variables, repositories }: Configuration): Record<string, string> {
  return { ...variables.childEnvironment, PORTAGE_REPOSITORIES: repositoriesText(repositories) };
}
