import type { Change } from "../rsync/change.ts";
import { plan } from "../rsync/plan.ts";
import type { Session } from "../rsync/session.ts";
import { planUpdate, realChanges, type UpdatePlan } from "./plan.ts";
import type { MirrorFailure, UpdateContext } from "./update_context.ts";

/** What leads from a tree to what a mirror has. */
export interface MirrorPlan {
  readonly kind: "planned";
  readonly plan: UpdatePlan;
  /** Those that matter; see {@linkcode realChanges}. */
  readonly changes: readonly Change[];
}

/** Asks a mirror what differs from `tree`. Names that are left out are warned of. */
export async function planAgainst(
  { mirrors, reporter }: Pick<UpdateContext, "mirrors" | "reporter">,
  session: Session,
  tree: string,
): Promise<MirrorPlan | MirrorFailure> {
  reporter.phase("plan");
  const planned = await plan(session, tree, mirrors.scope);
  if (planned.kind === "failed") return planned;
  for (const name of planned.rejected) reporter.warn(`Left out ${name}: a name that no ebuild repository has`);
  return { kind: "planned", plan: planUpdate(planned.changes), changes: realChanges(planned.changes) };
}
