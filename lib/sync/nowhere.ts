import { join } from "@std/path";
import type { Session } from "../rsync/session.ts";
import type { SyncJob } from "./sync_job.ts";
import { tempDirOf } from "./temp_dir.ts";

/** A path at which there is nothing, for rsync to compare a mirror with. */
export function nowhere(job: SyncJob, session: Pick<Session, "uid">): string {
  return join(tempDirOf(job, session), `rcusync-nothing-${crypto.randomUUID()}`);
}
