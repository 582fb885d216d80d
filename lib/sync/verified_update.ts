import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import { describeProblem } from "../manifest/problem.ts";
import {
  type Rejection,
  type RepositoryToVerify,
  type RepositoryVerdict,
  verifyRepository,
  verifyTopManifest,
} from "../manifest/verify_repository.ts";
import type { Session } from "../rsync/session.ts";
import { type Attempt, attemptUpdate, type ReadyUpdate, type UpToDate } from "./attempt.ts";
import { dropMismatches, isPassing } from "./mismatches.ts";
import { isBehind, mirrorRejected, publishedDistrusted } from "./rejection.ts";
import { signedUpdate } from "./accepted.ts";
import type { Trust } from "./trust.ts";
import type { MirrorFailure, UpdateContext } from "./update_context.ts";
import { type VerifiedBefore, verifiedBefore } from "./verified_before.ts";

/** How long a mirror that was caught in the middle of its own update is left alone. */
const PAUSE_MS = 2000;

/** Problems told one by one; the report of the rejected tree has them all. */
const MAX_TOLD = 100;

const DAMAGE_HINT = "Files of snapshots must never be written to; the next sync reads every file again";

/**
 * Returns what brings the update up to what a mirror has and verifies it, where the repository asks for that; to be
 * called for one mirror after the other. A tree that does not match its own Manifests is fetched once more after a
 * pause; a bad signature is final. The signature of a tree that is up to date is checked too, since its key may have
 * been revoked.
 */
export function verifiedAttempts(context: UpdateContext): (session: Session) => Promise<Attempt> {
  const { trust } = context;
  if (trust === undefined) return async (session) => await finished(await attemptUpdate(context, session));
  let rejected: Rejection | undefined;
  const ask = async (session: Session) => {
    const unverified = await attemptUpdate(mended(context, rejected), session);
    const attempt = await verified(context, await trust(), unverified);
    if (attempt.kind === "failed" && attempt.rejected !== undefined) rejected = attempt.rejected;
    return attempt;
  };
  return async (session) => {
    const first = await ask(session);
    const attempt = mayPass(first) ? await askAgain(context, () => ask(session), first) : first;
    if (attempt.kind === "failed" && attempt.rejected !== undefined) tell(context, attempt.rejected);
    return await finished(attempt);
  };
}

async function finished(attempt: Attempt): Promise<Attempt> {
  return attempt.kind === "ready" ? await attempt.finish?.() ?? attempt : attempt;
}

function mayPass(attempt: Attempt): attempt is MirrorFailure {
  return attempt.kind === "failed" && attempt.rejected !== undefined && attempt.retry && !isBehind(attempt.rejected);
}

async function askAgain(
  { job, reporter }: UpdateContext,
  ask: () => Promise<Attempt>,
  { message }: MirrorFailure,
): Promise<Attempt> {
  reporter.warn(`${message}; the mirror may be in the middle of an update, so it is asked again`);
  await job.system.clock.sleep(PAUSE_MS, job.options.signal);
  return await ask();
}

/** Takes what did not verify out of the update, so that it is fetched anew, whatever its size and time. */
function mended(context: UpdateContext, rejected: Rejection | undefined): UpdateContext {
  const tree = context.storage.currentUpdate;
  if (rejected === undefined || tree === undefined) return context;
  dropMismatches(context.job.system.files, tree, rejected.problems);
  return { ...context, fromMirrorAlone: true };
}

async function verified(context: UpdateContext, trust: Trust, attempt: Attempt): Promise<Attempt> {
  switch (attempt.kind) {
    case "failed":
      return attempt;
    case "up-to-date":
      return await verifiedPublished(context, trust, attempt);
    case "ready":
      return await verifiedStaging(context, trust, attempt);
  }
}

/** The check of an update; of files that were verified before, with the same entry, it looks at the times alone. */
async function verifiedStaging(
  context: UpdateContext,
  { keys, accepted }: Trust,
  ready: ReadyUpdate,
): Promise<Attempt> {
  const { job, storage, reporter } = context;
  const tree = storage.currentUpdate;
  if (tree === undefined) throw new Fault("unexpected", "There is no update to verify");
  const before = verifiedBefore(job, reporter);
  const { proof } = ready;
  if (before !== undefined && proof !== undefined) {
    const { hashed, top } = proof;
    for (const warning of top.warnings) reporter.warn(warning);
    const remember = () => before.note({ ...proof, textDigest: top.textDigest });
    return { ...ready, accepted: signedUpdate(top), hashedFiles: hashed, remember };
  }
  const memory = before?.open({ full: context.strategy?.name === "full" });
  const verdict = await verifyWhole(context, { ...keys, tree, accepted, memory: memory?.memory });
  if (!verdict.ok) {
    await tellOfDamage(context, before, verdict);
    return mirrorRejected(job, verdict, verdict.problems.every(isPassing));
  }
  const { hashed, textDigest } = verdict;
  const remember = () => memory && before?.remember(memory, textDigest);
  return { ...ready, accepted: signedUpdate(verdict), hashedFiles: hashed, remember };
}

/** The check of the signature of what is published; and once of every file, if that tree has yet to be verified. */
async function verifiedPublished(
  context: UpdateContext,
  { keys }: Trust,
  upToDate: UpToDate,
): Promise<Attempt> {
  const { job, storage, reporter } = context;
  const { published } = storage;
  if (published === undefined) return upToDate;
  reporter.phase("verify");
  const { maxAgeDays, maxAgeAction } = job.repository.verification;
  const verdict = await verifyTopManifest(job.system, { ...keys, tree: published, maxAgeDays, maxAgeAction });
  if (!verdict.ok) return publishedDistrusted(job, verdict);
  for (const warning of verdict.warnings) reporter.warn(warning);
  const before = verifiedBefore(job, reporter);
  const unverified = before?.unverified(verdict.textDigest);
  if (before === undefined || unverified === undefined) return upToDate;
  const memory = before.open({ full: true });
  const whole = await verifyWhole(context, { ...keys, tree: unverified.path, memory: memory.memory });
  if (!whole.ok) return publishedDistrusted(job, whole);
  before.remember(memory, whole.textDigest);
  return { ...upToDate, hashedFiles: whole.hashed };
}

async function verifyWhole(
  { job, reporter }: UpdateContext,
  repository: Pick<RepositoryToVerify, "keyPath" | "keyUpdates" | "tree" | "accepted" | "memory">,
): Promise<RepositoryVerdict> {
  const { jobs, maxAgeDays, maxAgeAction } = job.repository.verification;
  reporter.phase("verify");
  const verdict = await verifyRepository(job.system, {
    ...repository,
    jobs,
    maxAgeDays,
    maxAgeAction,
    signal: job.options.signal,
    onProgress: ({ files, totalFiles, bytes }) => reporter.progress({ files, bytes }, { files: totalFiles, bytes: 0 }),
  });
  if (verdict.ok) { for (const warning of verdict.warnings) reporter.warn(warning); }
  return verdict;
}

/** Whoever wrote to a file of a snapshot may have written to others. */
async function tellOfDamage(
  { reporter }: UpdateContext,
  before: VerifiedBefore | undefined,
  { problems }: Rejection,
): Promise<void> {
  const damaged = problems.filter(({ altered }) => altered);
  if (damaged.length === 0) return;
  for (const { path } of damaged.slice(0, MAX_TOLD)) {
    const snapshots = before?.sharing(path).join(", ");
    reporter.warn(`${quoted(path)} was damaged here after it was verified, in snapshot ${snapshots}`, DAMAGE_HINT);
  }
  await before?.forget();
}

/** A single problem is in the message already. */
function tell({ reporter }: UpdateContext, { problems, problemCount }: Rejection): void {
  if (problemCount === 1) return;
  const told = problems.slice(0, MAX_TOLD);
  for (const problem of told) reporter.warn(describeProblem(problem));
  if (problemCount > told.length) reporter.warn(`… and ${problemCount - told.length} more problems`);
}
