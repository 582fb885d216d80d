import type { Change } from "../rsync/change.ts";
import type { Session } from "../rsync/session.ts";
import { refuseEmptyMirror } from "./empty_mirror.ts";
import { guidedUpdate } from "./manifest_guided/guided_update.ts";
import { mirrorAge } from "./mirror_age.ts";
import { updateByPlan } from "./planned_update.ts";
import type { Proof } from "./manifest_guided/proof.ts";
import type { ChosenStrategy } from "./strategy.ts";
import type { SignedUpdate } from "./accepted.ts";
import type { MirrorFailure, UpdateContext } from "./update_context.ts";
import { passDirectly, passOverCopy } from "./whole_pass.ts";

/** What came of asking one mirror. */
export type Attempt =
  | UpToDate
  | ReadyUpdate
  | MirrorFailure;

/** There is nothing new. */
export interface UpToDate {
  readonly kind: "up-to-date";
  /** Files that were read to verify what is published. */
  readonly hashedFiles?: number;
  readonly strategy?: ChosenStrategy;
}

/** The storage's update is complete and can be committed. */
export interface ReadyUpdate {
  readonly kind: "ready";
  /** `undefined` when unknown, for storages that are `direct`. */
  readonly changes: readonly Change[] | undefined;
  readonly bytes: number | undefined;
  /** The signed state of the update, when signature and Manifests were checked. */
  readonly accepted?: SignedUpdate;
  /** Files that were read to verify it. */
  readonly hashedFiles?: number;
  readonly strategy?: ChosenStrategy;
  /** Shows that the update is right by what it was made of; absent when all of it has to be verified for that. */
  readonly proof?: Proof;
  /** Notes down what was verified; to be called once it is published. */
  readonly remember?: () => void;
  /** What is left to do once the tree is known to be good. */
  readonly finish?: () => Promise<MirrorFailure | undefined>;
}

/**
 * Asks one mirror, and brings the storage's update up to it when it has something new: guided by its Manifests where
 * that is chosen, and goes well.
 */
export async function attemptUpdate(context: UpdateContext, session: Session): Promise<Attempt> {
  const { storage, trust, strategy, reporter } = context;
  if (strategy?.name !== "manifest" || trust === undefined || storage.currentUpdate !== undefined) {
    return marked(await attemptByComparison(context, session), strategy);
  }
  const guided = await guidedUpdate({ ...context, trust }, session);
  if (guided.kind !== "unsuited") return marked(guided, strategy);
  reporter.notice(`The whole tree is compared with the mirror, because ${guided.why}`);
  return marked(await attemptByComparison(context, session), { name: "plan", why: guided.why });
}

function marked(attempt: Attempt, strategy: ChosenStrategy | undefined): Attempt {
  return attempt.kind === "failed" || strategy === undefined ? attempt : { ...attempt, strategy };
}

async function attemptByComparison(context: UpdateContext, session: Session): Promise<Attempt> {
  const { job, storage, mirrors, reporter } = context;
  reporter.phase("probe");
  const age = await mirrorAge(context, session);
  if (age.kind === "failed") return age;
  if (age.kind === "same" && !job.options.force) return { kind: "up-to-date" };
  const isPlanned = !storage.direct && mirrors.wholePass === undefined;
  // A mirror that has a timestamp has a tree.
  const emptied = isPlanned || age.remoteMs !== undefined ? undefined : await refuseEmptyMirror(context, session);
  if (emptied !== undefined) return emptied;
  if (storage.direct) return await passDirectly(context, session, age.remoteMs);
  if (mirrors.wholePass !== undefined) return await passOverCopy(context, session, mirrors.wholePass);
  return await updateByPlan(context, session, age.remoteMs);
}
