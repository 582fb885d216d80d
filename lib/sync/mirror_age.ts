import { join } from "@std/path";
import { probe, type ProbeOptions, type ProbeResult } from "../rsync/probe.ts";
import type { Session } from "../rsync/session.ts";
import { parseTimestamp, TIMESTAMP_PATH } from "../rsync/timestamp.ts";
import { readSmallFile } from "./small_file.ts";
import { tempDirOf } from "./temp_dir.ts";
import type { MirrorFailure, UpdateContext } from "./update_context.ts";

/** How old a mirror's tree is, compared with what is published here. */
export interface MirrorAge {
  /** `unknown` when either has no timestamp, or ours alone lies in the future. */
  readonly kind: "same" | "newer" | "older" | "unknown";
  /** The mirror's timestamp: milliseconds since 1970 UTC. */
  readonly remoteMs: number | undefined;
}

/**
 * How far a timestamp may be ahead of the clock. Nobody signs it: for as long a mirror that makes it up can have honest
 * ones refused as older.
 */
const FUTURE_MS = 60 * 60 * 1000;

/** Compares timestamps. A mirror with an older tree fails unless that is allowed, so that the next one is asked. */
export async function mirrorAge(context: UpdateContext, session: Session): Promise<MirrorAge | MirrorFailure> {
  const answer = await probeMirror(context, session);
  if (answer.kind === "failed") return answer;
  return judgeAge(context, session, answer.kind === "timestamp" ? answer.ms : undefined);
}

/** What a mirror's timestamp, `undefined` when it has none, says of it: as {@linkcode mirrorAge}. */
export function judgeAge(
  context: UpdateContext,
  session: Session,
  remoteMs: number | undefined,
): MirrorAge | MirrorFailure {
  const localMs = localTimestamp(context);
  if (remoteMs === undefined || localMs === undefined) return { kind: "unknown", remoteMs };
  // A time that has not come yet says nothing: if it did, a mirror that sent it once would make all others look stale.
  // Where neither has come, it is the clock here that is wrong, and both count.
  if (isAhead(context, localMs) && !isAhead(context, remoteMs)) return { kind: "unknown", remoteMs };
  if (remoteMs < localMs) return context.job.options.allowOlder ? { kind: "older", remoteMs } : stale(session);
  return { kind: remoteMs === localMs ? "same" : "newer", remoteMs };
}

/**
 * The mirror's timestamp after a transfer, which tells whether it was updated meanwhile. A mirror that does not answer
 * any more did at least not change: `expectedMs` then.
 */
export async function timestampAfter(
  context: UpdateContext,
  session: Session,
  expectedMs: number | undefined,
): Promise<number | undefined> {
  if (expectedMs === undefined) return undefined;
  const answer = await probeMirror(context, session, { again: true });
  switch (answer.kind) {
    case "timestamp":
      return answer.ms;
    case "absent":
      return undefined;
    case "failed":
      return expectedMs;
  }
}

function probeMirror(
  { job, mirrors }: UpdateContext,
  session: Session,
  options: Pick<ProbeOptions, "again"> = {},
): Promise<ProbeResult> {
  const { files } = job.system;
  return probe(session, { ...options, files, tempDir: tempDirOf(job, session), timeoutMs: mirrors.probeTimeoutMs });
}

function localTimestamp({ job, storage }: UpdateContext): number | undefined {
  if (storage.published === undefined) return undefined;
  const text = readSmallFile(job.system.files, join(storage.published, TIMESTAMP_PATH));
  return text === undefined ? undefined : parseTimestamp(text);
}

function isAhead({ job }: UpdateContext, ms: number): boolean {
  return ms > job.system.clock.nowMs() + FUTURE_MS;
}

function stale(session: Session): MirrorFailure {
  return {
    kind: "failed",
    retry: true,
    diskFull: false,
    message: `The mirror ${session.source} has an older tree than the one here`,
    hint: "Choose another mirror, or wait for it to catch up",
  };
}
