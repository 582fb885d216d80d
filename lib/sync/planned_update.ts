import { allEnded } from "../base/all_ended.ts";
import type { RsyncFailure } from "../rsync/failure.ts";
import { fetch, type FetchProgress } from "../rsync/fetch.ts";
import { fetchAll } from "../rsync/fetch_all.ts";
import type { Session } from "../rsync/session.ts";
import type { Update } from "../storage/storage.ts";
import { makeRoom } from "./apply.ts";
import type { Attempt } from "./attempt.ts";
import { differenceFromPublished } from "./difference.ts";
import { timestampAfter } from "./mirror_age.ts";
import { type MirrorPlan, planAgainst } from "./mirror_plan.ts";
import type { UpdatePlan } from "./plan.ts";
import { makeSpace } from "./space.ts";
import type { MirrorFailure, UpdateContext } from "./update_context.ts";

/** How often a mirror that changes under the transfer is planned anew. */
const MAX_ROUNDS = 3;

/**
 * Plans, stages, makes room and fetches, until the mirror's timestamp is the same after the fetch as it was before the
 * plan: then the tree is all of one generation.
 *
 * @param remoteMs the mirror's timestamp before the first plan.
 */
export async function updateByPlan(
  context: UpdateContext,
  session: Session,
  remoteMs: number | undefined,
): Promise<Attempt> {
  let expectedMs = remoteMs;
  let bytes = 0;
  let failure: MirrorFailure | undefined;
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const step = await nextStep(context, session);
    if (step.kind !== "planned") return step;
    bytes += step.plan.bytes;
    const failed = await bring(context, session, step);
    if (failed !== undefined && !isVanished(failed)) return failed;
    failure = failed;
    // What publication has to wait for goes to the medium while the mirror is asked.
    const [nowMs] = await allEnded([
      timestampAfter(context, session, expectedMs),
      context.job.system.files.flush(context.storage.place),
    ]);
    if (failed === undefined && nowMs === expectedMs) return ready(context, step, bytes);
    expectedMs = nowMs;
  }
  return failure ?? restless(session);
}

function restless(session: Session): MirrorFailure {
  const message = `The mirror ${session.source} keeps changing during the transfer`;
  return { kind: "failed", retry: true, diskFull: false, message };
}

/** What is to be done to the update, which exists. */
interface Step extends MirrorPlan {
  readonly dir: string;
  /** Whether `changes` lead from what is published to what the mirror has. */
  readonly fromPublished: boolean;
}

/** Plans against what is published, and stages when there is something to do; else against the update as it is. */
async function nextStep(context: UpdateContext, session: Session): Promise<Step | Attempt> {
  const { job, storage } = context;
  const { published } = storage;
  if (storage.currentUpdate === undefined && published !== undefined) {
    const asked = new AbortController();
    const planned = planAgainst(context, session, published).finally(() => asked.abort());
    const [found] = await allEnded([planned, storage.prepareUpdate(asked.signal)]);
    if (found.kind === "failed") return found;
    if (found.changes.length === 0) return { kind: "up-to-date" };
    const { dir, resumed } = await stage(context, found.plan);
    if (!resumed) return { dir, ...found, fromPublished: true };
  }
  const fresh = storage.currentUpdate === undefined;
  const dir = storage.currentUpdate ?? (await stage(context)).dir;
  const found = await planAgainst(context, session, dir);
  if (found.kind === "failed") return found;
  await makeSpace(job.system, storage, found.plan);
  return { dir, ...found, fromPublished: fresh };
}

async function stage({ job, storage, reporter }: UpdateContext, todo?: UpdatePlan): Promise<Update> {
  reporter.phase("stage");
  if (todo !== undefined) await makeSpace(job.system, storage, todo);
  return await storage.initUpdate({ signal: job.options.signal, unshared: false });
}

async function bring(context: UpdateContext, session: Session, step: Step): Promise<RsyncFailure | undefined> {
  const { job, storage, mirrors, reporter } = context;
  const { dir, plan } = step;
  reporter.phase("fetch");
  await makeRoom(job.system, dir, plan);
  const total = { files: plan.replacements.length, bytes: plan.bytes };
  const onProgress = ({ doneFiles, doneBytes }: FetchProgress) =>
    reporter.progress({ files: doneFiles, bytes: doneBytes }, total);
  const basis = context.fromMirrorAlone ? undefined : storage.published;
  const result = isWholeTree(storage, step)
    ? await fetchAll(session, { staging: dir, scope: mirrors.scope, onProgress })
    : await fetch(session, { staging: dir, paths: plan.fetches, onProgress, ...(basis !== undefined && { basis }) });
  return result.kind === "failed" ? result : undefined;
}

/** Whether all that the mirror has is to go into a staging tree that is empty. */
function isWholeTree({ published }: UpdateContext["storage"], { fromPublished, leavesOut }: Step): boolean {
  return published === undefined && fromPublished && !leavesOut;
}

/** Files of the plan that are gone by now: the mirror is being updated. */
function isVanished({ exit }: RsyncFailure): boolean {
  return exit === 23 || exit === 24;
}

function ready({ job, storage }: UpdateContext, step: Step, bytes: number): Attempt {
  const changes = step.fromPublished ? step.changes : differenceFromPublished(job.system.files, storage, step.dir);
  return changes.length === 0 && storage.published !== undefined
    ? { kind: "up-to-date" }
    : { kind: "ready", changes, bytes };
}
