import { join } from "@std/path";
import { pooledMap } from "@std/async/pool";
import type { Fault } from "../base/fault.ts";
import type { System } from "../host/system.ts";
import type { Configuration } from "../repos_conf/configuration.ts";
import { syncOrder } from "../repos_conf/order.ts";
import type { Repository } from "../repos_conf/repository.ts";
import type { SyncDone } from "./event.ts";
import { type Postsync, postsync } from "./postsync.ts";
import { recordRevision } from "./revision_history.ts";
import type { SyncJob, SyncOptions } from "./sync_job.ts";
import { type RepositorySynced, syncRepository } from "./sync_repository.ts";

/** What came of a run. */
export interface SyncResult {
  /** In the order in which the repositories were given; one that an interrupted run did not come to is missing. */
  readonly repositories: readonly SyncDone[];
  /** Of the global postsync hooks. */
  readonly hookFaults: readonly Fault[];
}

/**
 * Syncs the given repositories, each after its masters, and runs the hooks. A repository that fails does not
 * stop the others; its fault is in the result.
 */
export async function syncRepositories(
  system: System,
  run: { readonly configuration: Configuration; readonly repositories: readonly Repository[] },
  options: SyncOptions,
): Promise<SyncResult> {
  const { configuration, repositories } = run;
  const hooks = postsync(system, configuration, options);
  const done = new Map<Repository, SyncDone>();
  for (const batch of syncOrder(configuration, repositories)) {
    const synced = pooledMap(Math.max(1, options.jobs), batch, async (repository) => {
      if (options.signal.aborted) return;
      done.set(repository, await syncOne({ system, configuration, repository, options }, hooks));
    });
    await Array.fromAsync(synced);
  }
  const hookFaults = await hooks.afterAll();
  return { repositories: repositories.flatMap((repository) => done.get(repository) ?? []), hookFaults };
}

function syncOne(job: SyncJob, hooks: Postsync): Promise<SyncDone> {
  return syncRepository(job, async (synced) => {
    if (!job.options.dryRun) await recordRevisionOf(job, synced);
    await hooks.afterRepository(job.repository, synced);
  });
}

async function recordRevisionOf(job: SyncJob, { reporter }: RepositorySynced): Promise<void> {
  const { system, configuration, repository, options: { signal } } = job;
  const { root, targetRoot, eprefix } = configuration.roots;
  const file = join(root, targetRoot, eprefix, "var/lib/portage/repo_revisions");
  const problem = await recordRevision(system, repository, { file, signal });
  if (problem !== undefined) reporter.warn(problem, "Repair or remove it; the sync itself is not affected");
}
