import { fetch } from "../rsync/fetch.ts";
import { pass } from "../rsync/pass.ts";
import type { Session } from "../rsync/session.ts";
import { TIMESTAMP_PATH } from "../rsync/timestamp.ts";
import type { Attempt } from "./attempt.ts";
import { differenceFromPublished } from "./difference.ts";
import { timestampAfter } from "./mirror_age.ts";
import type { UpdateContext } from "./update_context.ts";

/**
 * Has rsync write into the published tree itself. The mirror's timestamp comes last and alone, when all is done: the
 * next sync takes a tree that has it for complete, so that it must not come with a transfer that is cut off, that the
 * mirror changed under, or that is not verified yet.
 *
 * @param remoteMs the mirror's timestamp before.
 */
export async function passDirectly(
  context: UpdateContext,
  session: Session,
  remoteMs: number | undefined,
): Promise<Attempt> {
  const { job, storage, mirrors, reporter } = context;
  const { dir } = await storage.initUpdate({ signal: job.options.signal, unshared: false });
  reporter.phase("fetch");
  const words = [...session.words, `--exclude=/${TIMESTAMP_PATH}`];
  const result = await pass(remoteMs === undefined ? session : { ...session, words }, dir, mirrors.scope);
  if (result.kind === "failed") return result;
  const isWhole = remoteMs !== undefined && mirrors.scope.paths === undefined;
  const finish = async () => {
    if (!isWhole || await timestampAfter(context, session, remoteMs) !== remoteMs) return undefined;
    const last = await fetch(session, { staging: dir, paths: [TIMESTAMP_PATH] });
    return last.kind === "failed" ? last : undefined;
  };
  return { kind: "ready", changes: undefined, bytes: undefined, finish };
}

/**
 * Has rsync go over a copy of the tree that shares no file, for options that a plan cannot honour.
 *
 * @param why completes "because of …".
 */
export async function passOverCopy(
  { job, storage, mirrors, reporter }: UpdateContext,
  session: Session,
  why: string,
): Promise<Attempt> {
  const { signal, verbosity } = job.options;
  if (verbosity === "verbose") {
    reporter.notice(`One whole rsync pass over a full copy of the tree, because of ${why}; files are not shared`);
  }
  reporter.phase("stage");
  // What another mirror has brought already is of use to this one.
  const dir = storage.currentUpdate ?? (await storage.initUpdate({ signal, unshared: true })).dir;
  reporter.phase("fetch");
  const result = await pass(session, dir, mirrors.scope);
  if (result.kind === "failed") return result;
  const changes = differenceFromPublished(job.system.files, storage, dir);
  return changes.length === 0 && storage.published !== undefined
    ? { kind: "up-to-date" }
    : { kind: "ready", changes, bytes: undefined };
}
