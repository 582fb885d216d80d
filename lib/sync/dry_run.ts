import { format } from "@std/fmt/bytes";
import type { Change } from "../rsync/change.ts";
import type { Session } from "../rsync/session.ts";
import type { PlannedChange, SyncDone } from "./event.ts";
import { mirrorAge } from "./mirror_age.ts";
import { type MirrorPlan, planAgainst } from "./mirror_plan.ts";
import { nowhere } from "./nowhere.ts";
import type { UpdatePlan } from "./plan.ts";
import { tryMirrors } from "./try_mirrors.ts";
import type { MirrorFailure, UpdateContext } from "./update_context.ts";

/** Finds out what a sync would do and reports it as a `plan` event. Takes no lock and changes nothing. */
export async function planOnly(context: UpdateContext): Promise<Pick<SyncDone, "outcome">> {
  const { repository, options } = context.job;
  const found = await tryMirrors(context, (session) => askForPlan(context, session));
  const changes = found.kind === "planned" ? found.changes : [];
  options.onEvent({
    event: "plan",
    repository: repository.name,
    steps: found.kind === "planned" && changes.length > 0 ? stepsOf(context, found.plan) : [],
    changes: changes.map(plannedChange),
  });
  return { outcome: changes.length === 0 ? "up-to-date" : "planned" };
}

type Answer = MirrorPlan | { readonly kind: "up-to-date" } | MirrorFailure;

/** As a sync asks, up to where it would begin to change something. */
async function askForPlan(context: UpdateContext, session: Session): Promise<Answer> {
  const { job, storage, reporter } = context;
  reporter.phase("probe");
  const age = await mirrorAge(context, session);
  if (age.kind === "failed") return age;
  if (age.kind === "same" && !job.options.force) return { kind: "up-to-date" };
  return await planAgainst(context, session, storage.published ?? nowhere(job, session));
}

function stepsOf({ storage, mirrors }: UpdateContext, plan: UpdatePlan): string[] {
  const { replacements: { length }, deletions } = plan;
  const fetch = `fetch ${length} ${length === 1 ? "file" : "files"}, ${format(plan.bytes)}`;
  if (storage.direct) return [`${fetch}, into ${storage.place} itself`];
  const copy = mirrors.wholePass === undefined ? "copy by hard links" : `copy in full, because of ${mirrors.wholePass}`;
  return [
    ...(storage.published === undefined ? [] : [`${copy}: ${storage.published}`]),
    ...(deletions.length === 0 ? [] : [`delete ${deletions.length} ${deletions.length === 1 ? "entry" : "entries"}`]),
    ...(length === 0 ? [] : [fetch]),
    storage.kind === "hardlink_rcu" ? "publish as a new snapshot" : "rename the changed files into place",
  ];
}

function plannedChange({ kind, path }: Change): PlannedChange {
  switch (kind) {
    case "create":
      return { action: "create", path };
    case "content":
    case "attributes":
      return { action: "change", path };
    case "delete":
      return { action: "delete", path };
  }
}
