import { isErrno } from "../base/errno.ts";
import { asFault, Fault } from "../base/fault.ts";
import { once } from "../base/once.ts";
import { quoted, withoutPasswords } from "../base/printable.ts";
import { resolveWithin } from "../host/resolve.ts";
import { countChanges } from "../rsync/change_counts.ts";
import { confinedSystem } from "../storage/confined_system.ts";
import { repositoryIdentity } from "../storage/identity.ts";
import { selectStorage } from "../storage/select.ts";
import type { RepoStorage } from "../storage/storage.ts";
import { refuseVersionControl } from "../storage/vcs.ts";
import { storeLayout } from "../store/layout.ts";
import { rollbackNotice } from "../store/rollback_notice.ts";
import { rememberAccepted } from "./accepted.ts";
import type { ReadyUpdate } from "./attempt.ts";
import { changedPackages } from "./changed_packages.ts";
import { planOnly } from "./dry_run.ts";
import type { SyncDone } from "./event.ts";
import { rememberContact, restOfMirror } from "./last_contact.ts";
import { findMirrors } from "./mirrors.ts";
import { type Reporter, reporter as startReporter } from "./reporter.ts";
import { withSecondWay } from "./second_way.ts";
import { chooseStrategy } from "./strategy.ts";
import type { SyncJob } from "./sync_job.ts";
import { checkVerifiable, trustSource } from "./trust.ts";
import { refreshesKeys, trustedKeys } from "./trusted_keys.ts";
import { tryMirrors } from "./try_mirrors.ts";
import type { MirrorFailure, UpdateContext } from "./update_context.ts";
import { verifiedAttempts } from "./verified_update.ts";

/** What the hooks need to know of a sync that has ended. */
export interface RepositorySynced {
  readonly reporter: Reporter;
  /** For `sync-hooks-only-on-change`: also when nobody knows. */
  readonly changed: boolean;
  readonly mayRunHooks: boolean;
}

/**
 * Syncs one repository and reports how it ended; no fault is thrown.
 *
 * @param afterwards runs when the tree is published or the sync has failed, before the end is reported; not after an
 *   interruption.
 */
export async function syncRepository(
  job: SyncJob,
  afterwards: (synced: RepositorySynced) => Promise<void>,
): Promise<SyncDone> {
  const { system, repository, options } = job;
  const { name, storage: { kind }, syncUri = "", syncType } = repository;
  const reporter = startReporter(system.clock, name, options.onEvent);
  options.onEvent({ event: "start", repository: name, storage: kind, uri: withoutPasswords(syncUri) });
  const { result, fault } = await outcomeOf(job, reporter);
  if (!options.signal.aborted) {
    const crashed = fault?.kind === "unexpected";
    const changed = result?.outcome === "updated" || crashed;
    await afterwards({ reporter, changed, mayRunHooks: !crashed && syncType === "rsync" });
  }
  const done: SyncDone = {
    event: "done",
    repository: name,
    ...(result ?? { outcome: "failed" }),
    durationMs: reporter.durationMs(),
    phasesMs: reporter.phasesMs(),
    ...(fault !== undefined && { error: errorOf(fault) }),
  };
  options.onEvent(done);
  return done;
}

type Result = Pick<SyncDone, "outcome" | "snapshot" | "changes" | "packages" | "bytes" | "hashedFiles" | "strategy">;

async function outcomeOf(job: SyncJob, reporter: Reporter): Promise<{ result?: Result; fault?: Fault }> {
  try {
    return { result: await sync(job, reporter) };
  } catch (error) {
    return { fault: faultOf(job, error) };
  }
}

async function sync(asked: SyncJob, reporter: Reporter): Promise<Result> {
  const { system, repository, options } = asked;
  const [fault, ...others] = repository.faults;
  for (const { message, hint } of others) reporter.warn(message, hint);
  if (fault !== undefined) throw fault;
  const rest = restOfMirror(asked);
  if (rest !== undefined) {
    reporter.notice(rest, "Sync all the same with --force");
    return { outcome: "up-to-date" };
  }
  const identity = repositoryIdentity(system, repository);
  const job = { ...asked, system: confinedSystem(system, repository, identity) };
  const storage = selectStorage(job.system, repository, identity);
  if (!repository.rsync.vcsIgnore) refuseVersionControl(system.files, repository.name, treeOf(job));
  storage.check();
  checkVerifiable(job);
  const mirrors = await findMirrors(job, { identity, reporter, excludes: storage.excludes });
  const context = { job, storage, mirrors, reporter };
  if (options.dryRun) return await planOnly(context);
  const keys = once(() => trustedKeys(job, reporter));
  // Before anything is transferred or locked: servers are asked, which may take their time.
  if (refreshesKeys(job)) await keys();
  await using _lock = await storage.lock({
    waitSeconds: options.lockWaitSeconds,
    signal: options.signal,
    onWait: (holder) => reporter.notice(`Waiting for ${holder} to let go of ${storage.place}`),
  });
  // Who waited finds another state than before.
  storage.check();
  const recovered = await storage.recover();
  for (const sentence of recovered) reporter.notice(sentence);
  const trust = trustSource(job, storage, keys);
  const result = await update({ ...context, trust, isRecovered: recovered.length > 0 });
  rememberContact(job, reporter, result);
  return result;
}

async function update(common: UpdateContext): Promise<Result> {
  const { storage, reporter } = common;
  const context = { ...common, strategy: await chooseStrategy(common) };
  // A guided update reads keys while the first mirror is asked.
  if (context.strategy.name !== "manifest") await context.trust?.();
  try {
    const { mirrors, ask } = withSecondWay(context, verifiedAttempts);
    const attempt = await tryMirrors({ ...context, mirrors }, ask, (last) => keepRejected(context, last));
    if (attempt.kind === "ready") return await publish(context, attempt);
    await storage.abortUpdate();
    await collect(storage, reporter);
    return { outcome: "up-to-date", ...reportOf(attempt) };
  } finally {
    await storage.abortUpdate();
  }
}

/** What does not verify is kept for inspection, out of everybody's way; that it does not verify comes first. */
async function keepRejected(
  { job, storage, mirrors, reporter }: UpdateContext,
  { rejected }: MirrorFailure,
): Promise<void> {
  if (rejected === undefined) return;
  const { problemCount, problems } = rejected;
  const time = new Date(job.system.clock.nowMs()).toISOString();
  try {
    const path = await storage.rejectUpdate({ schema: 1, rejected: time, uri: mirrors.uri, problemCount, problems });
    if (path !== undefined) reporter.notice(`What was rejected is kept as ${path}`);
  } catch (error) {
    reporter.warn(`What was rejected could not be kept: ${asFault(error).message}`);
  }
}

async function publish({ job, storage, mirrors, reporter }: UpdateContext, ready: ReadyUpdate): Promise<Result> {
  const { accepted, bytes, changes, strategy } = ready;
  const notice = noticeOfRollback(job);
  if (notice !== undefined) reporter.notice(notice);
  reporter.phase("publish");
  const { snapshot } = await storage.commitUpdate({ changes, uri: mirrors.uri, verified: accepted !== undefined });
  // Before old snapshots go: what they share with this one is then followed.
  ready.remember?.();
  if (accepted !== undefined) rememberAccepted(job, reporter, { accepted, isGuided: strategy?.name === "manifest" });
  await collect(storage, reporter);
  return {
    outcome: "updated",
    ...(snapshot !== undefined && { snapshot }),
    ...(changes !== undefined && { changes: countChanges(changes), packages: changedPackages(changes) }),
    ...(bytes !== undefined && { bytes }),
    ...reportOf(ready),
  };
}

type Report = Pick<SyncDone, "hashedFiles" | "strategy">;

function reportOf({ hashedFiles, strategy }: Pick<ReadyUpdate, "hashedFiles" | "strategy">): Report {
  return { ...(hashedFiles !== undefined && { hashedFiles }), ...(strategy !== undefined && { strategy }) };
}

function noticeOfRollback({ system, repository: { storage } }: SyncJob): string | undefined {
  return storage.kind === "hardlink_rcu" ? rollbackNotice(system.files, storeLayout(storage.storeDir)) : undefined;
}

/** What is published stays published, whatever happens to the old snapshots. */
async function collect(storage: RepoStorage, reporter: Reporter): Promise<void> {
  reporter.phase("collect");
  try {
    const { notes, warnings } = await storage.garbageCollection();
    for (const warning of warnings) reporter.warn(warning, "Run rcusync doctor to see what to do");
    for (const note of notes) reporter.notice(note);
  } catch (error) {
    reporter.warn(`Old snapshots were not removed: ${asFault(error).message}`, "Run rcusync gc to see why");
  }
}

/** The directory that is to be synced, links followed. */
function treeOf({ system, repository }: SyncJob): string {
  return resolveWithin(system.files, repository.root, repository.location);
}

function faultOf({ repository, options }: SyncJob, error: unknown): Fault {
  if (options.signal.aborted) return asFault(options.signal.reason);
  if (isErrno(error, "ENOSPC", "EDQUOT")) {
    return new Fault("disk-full", `No space left for ${quoted(repository.name)}`, {
      hint: "Free some space or inodes; what was published before is untouched",
      cause: error,
    });
  }
  if (isErrno(error, "EROFS")) {
    const what = `Cannot write to ${quoted(repository.name)}, which is read-only`;
    return new Fault("store", `${what}: ${asFault(error).message}`, {
      hint: "Mount its file system read-write; what was published before is untouched",
      cause: error,
    });
  }
  return asFault(error);
}

function errorOf({ kind, message, hint }: Fault): NonNullable<SyncDone["error"]> {
  return { kind, message, ...(hint !== undefined && { hint }) };
}
