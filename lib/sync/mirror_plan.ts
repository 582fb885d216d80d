import { allEnded } from "../base/all_ended.ts";
import type { Change } from "../rsync/change.ts";
import type { RsyncFailure } from "../rsync/failure.ts";
import { plan, type Planned } from "../rsync/plan.ts";
import { quickPlan } from "../rsync/quick_plan.ts";
import { quickWords } from "../rsync/quick_words.ts";
import type { Session } from "../rsync/session.ts";
import { checkRsync } from "../rsync/version.ts";
import { refuseEmptyMirror } from "./empty_mirror.ts";
import { planUpdate, realChanges, type UpdatePlan } from "./plan.ts";
import type { MirrorFailure, UpdateContext } from "./update_context.ts";

/** What leads from a tree to what a mirror has. */
export interface MirrorPlan {
  readonly kind: "planned";
  readonly plan: UpdatePlan;
  /** Those that matter; see {@linkcode realChanges}. */
  readonly changes: readonly Change[];
  /** Whether there is anything on the mirror that is not to be fetched. */
  readonly leavesOut: boolean;
}

/**
 * Asks a mirror what differs from `tree`. Names that are left out are warned of; a mirror without any tree fails.
 *
 * @throws {Fault} `configuration` for an rsync that is too old.
 */
export async function planAgainst(
  context: Pick<UpdateContext, "job" | "mirrors" | "reporter" | "storage">,
  session: Session,
  tree: string,
): Promise<MirrorPlan | MirrorFailure> {
  const { reporter } = context;
  reporter.phase("plan");
  // Not before the probe, which any rsync can do and which mostly is all there is to do.
  await checkRsync(session);
  const planned = await askQuickly(context, session, tree) ?? await ask(context, session, tree);
  if (planned.kind === "failed") return planned;
  for (const name of planned.rejected) reporter.warn(`Left out ${name}: a name that no ebuild repository has`);
  const changes = realChanges(planned.changes);
  const emptied = bringsNothing(context, changes) ? await refuseEmptyMirror(context, session) : undefined;
  return emptied ??
    { kind: "planned", plan: planUpdate(planned.changes), changes, leavesOut: planned.rejected.length > 0 };
}

type PlanContext = Pick<UpdateContext, "job" | "mirrors" | "storage">;

/** The quick way takes a second thread while rsync compares; `undefined` where it cannot be gone. */
async function askQuickly(
  { job: { system: { environment, files } }, mirrors, storage }: PlanContext,
  session: Session,
  tree: string,
): Promise<Planned | RsyncFailure | undefined> {
  const { surveyTree, treeNames } = files;
  const quick = quickWords(session.words, mirrors.scope);
  if (quick === undefined || surveyTree === undefined || environment.processors < 2) return undefined;
  // In an empty tree there is nothing to look for.
  if (storage.published === undefined || files.lstat(tree)?.type !== "directory") return undefined;
  return await quickPlan(session, tree, { quick, surveyTree, treeNames });
}

/** rsync compares our tree once the mirror has listed its own, and nobody else needs the time until then. */
async function ask(
  { job: { system: { environment, files } }, mirrors }: PlanContext,
  session: Session,
  tree: string,
): Promise<Planned | RsyncFailure> {
  const over = new AbortController();
  const planned = plan(session, tree, mirrors.scope).finally(() => over.abort());
  const readAhead = environment.processors > 1 ? files.warmTree?.(tree, over.signal) : undefined;
  const [found] = await allEnded([planned, readAhead ?? Promise.resolve()]);
  return found;
}

/** Whether there may be nothing on the mirror: it has nothing to take over what is deleted, or for an empty start. */
function bringsNothing({ storage }: Pick<UpdateContext, "storage">, changes: readonly Change[]): boolean {
  if (changes.length === 0) return storage.published === undefined;
  return changes.every(({ kind, path }) => kind === "delete" || path === ".");
}
