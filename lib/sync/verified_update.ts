import { Fault } from "../base/fault.ts";
import { describeProblem } from "../manifest/problem.ts";
import { type Rejection, verifyRepository, verifyTopManifest } from "../manifest/verify_repository.ts";
import type { Session } from "../rsync/session.ts";
import { type Attempt, attemptUpdate } from "./attempt.ts";
import { dropMismatches, isPassing } from "./mismatches.ts";
import type { Trust } from "./trust.ts";
import type { MirrorFailure, UpdateContext } from "./update_context.ts";

/** How long a mirror that was caught in the middle of its own update is left alone. */
const PAUSE_MS = 2000;

/** Problems told one by one; the report of the rejected tree has them all. */
const MAX_TOLD = 100;

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
    const attempt = await verified(context, trust, await attemptUpdate(mended(context, rejected), session));
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
  return attempt.kind === "failed" && attempt.rejected !== undefined && attempt.retry;
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
      return await publishedFailure(context, trust) ?? attempt;
    case "ready":
      return await updateFailure(context, trust) ?? { ...attempt, verified: true };
  }
}

/** The whole check of an update. */
async function updateFailure(
  { job, storage, reporter }: UpdateContext,
  { keys, accepted }: Trust,
): Promise<MirrorFailure | undefined> {
  const { name, verification: { jobs, maxAgeDays } } = job.repository;
  const tree = storage.currentUpdate;
  if (tree === undefined) throw new Fault("unexpected", "There is no update to verify");
  reporter.phase("verify");
  const verdict = await verifyRepository(job.system, {
    ...keys,
    tree,
    jobs,
    maxAgeDays,
    accepted,
    signal: job.options.signal,
    onProgress: ({ files, totalFiles, bytes }) => reporter.progress({ files, bytes }, { files: totalFiles, bytes: 0 }),
  });
  if (!verdict.ok) {
    return failure(verdict, {
      retry: verdict.problems.every(isPassing),
      message: `What the mirror has of "${name}" does not verify: ${summary(verdict)}`,
      hint: "Nothing was published; try again later, or another mirror",
    });
  }
  for (const warning of verdict.warnings) reporter.warn(warning);
  return undefined;
}

/** The check of the signature alone, of what is published. */
async function publishedFailure(
  { job, storage, reporter }: UpdateContext,
  { keys }: Trust,
): Promise<MirrorFailure | undefined> {
  const { name, verification: { maxAgeDays } } = job.repository;
  if (storage.published === undefined) return undefined;
  reporter.phase("verify");
  const verdict = await verifyTopManifest(job.system, { ...keys, tree: storage.published, maxAgeDays });
  if (!verdict.ok) {
    return failure(verdict, {
      retry: false,
      message: `What is published of "${name}" is not to be trusted any more: ${summary(verdict)}`,
      hint: "The mirror has nothing newer; until it has, see rcusync rollback for an earlier state",
    });
  }
  for (const warning of verdict.warnings) reporter.warn(warning);
  return undefined;
}

function failure(
  rejected: Rejection,
  { retry, message, hint }: { readonly retry: boolean; readonly message: string; readonly hint: string },
): MirrorFailure {
  return { kind: "failed", retry, diskFull: false, message, hint, rejected };
}

function summary({ problems: [first], problemCount }: Rejection): string {
  return problemCount === 1 && first !== undefined ? describeProblem(first) : `${problemCount} problems`;
}

/** A single problem is in the message already. */
function tell({ reporter }: UpdateContext, { problems, problemCount }: Rejection): void {
  if (problemCount === 1) return;
  const told = problems.slice(0, MAX_TOLD);
  for (const problem of told) reporter.warn(describeProblem(problem));
  if (problemCount > told.length) reporter.warn(`… and ${problemCount - told.length} more problems`);
}
