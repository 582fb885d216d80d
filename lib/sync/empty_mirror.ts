import { listTop } from "../rsync/listing.ts";
import type { Session } from "../rsync/session.ts";
import { nowhere } from "./nowhere.ts";
import type { MirrorFailure, UpdateContext } from "./update_context.ts";

/**
 * Refuses a mirror that has nothing at all: its disk is not mounted, or somebody has made room for a new tree. What is
 * here would be deleted to the last file, in good order. Takes a connection of its own, so look for a reason first.
 */
export async function refuseEmptyMirror(
  { job }: Pick<UpdateContext, "job">,
  session: Session,
): Promise<MirrorFailure | undefined> {
  const top = await listTop(session, nowhere(job, session));
  if (top.kind === "failed") return top;
  if (!top.isEmpty) return undefined;
  return {
    kind: "failed",
    retry: true,
    diskFull: false,
    message: `The mirror ${session.source} has nothing at all`,
    hint: "Choose another mirror, or check the module in sync-uri",
  };
}
