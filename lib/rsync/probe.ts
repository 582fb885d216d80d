import type { Files } from "../host/files.ts";
import { TIMED_OUT } from "./exit_status.ts";
import { failureOf, type RsyncFailure } from "./failure.ts";
import { type ProbeFile, probeFile } from "./probe_file.ts";
import { type RsyncExit, runRsync } from "./run.ts";
import type { Session } from "./session.ts";
import { sentAtOnce } from "./step_words.ts";
import { parseTimestamp, TIMESTAMP_PATH } from "./timestamp.ts";

/** What a mirror says about the age of its tree. */
export type ProbeResult =
  | {
    readonly kind: "timestamp";
    /** Milliseconds since 1970 UTC. */
    readonly ms: number;
    /** As the mirror has it. */
    readonly text: string;
  }
  /** The mirror answers, but has no time to tell: no such file, or one without a time in it. */
  | { readonly kind: "absent" }
  | RsyncFailure;

/** How to probe. */
export interface ProbeOptions {
  readonly files: Files;
  /** Where a private directory for the answer is made; the session's account must be able to reach it. */
  readonly tempDir: string;
  /** For the whole probe; absent: no limit; 0: fail at once. */
  readonly timeoutMs?: number | undefined;
  /** Not the first of a sync, whose words are Portage's to the letter, but one more, which takes less time. */
  readonly again?: boolean;
}

/** Fetches the mirror's timestamp. When the time is up, rsync is ended and it counts as its exit 30. */
export async function probe(
  session: Session,
  { files, tempDir, timeoutMs, again = false }: ProbeOptions,
): Promise<ProbeResult> {
  if (timeoutMs === 0) return timeOut(session, 0);
  await using file = await probeFile(files, tempDir, session);
  const exit = await runRsync(session, {
    args: [
      ...(again ? sentAtOnce(session.words) : session.words),
      "--inplace",
      `${session.source}/${TIMESTAMP_PATH}`,
      file.path,
    ],
    // A missing timestamp makes rsync complain, but it is no error here.
    silent: true,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  if (exit.timedOut) return timeOut(session, timeoutMs ?? 0);
  if (saysMissing(exit)) return { kind: "absent" };
  if (exit.code !== 0) return failureOf(exit, `probe ${session.source}`);
  return answer(file);
}

function answer(file: ProbeFile): ProbeResult {
  const text = file.read();
  const ms = parseTimestamp(text);
  return ms === undefined ? { kind: "absent" } : { kind: "timestamp", ms, text: text.trim() };
}

function timeOut(session: Session, timeoutMs: number): RsyncFailure {
  const error = `no answer within ${timeoutMs / 1000} s`;
  return failureOf({ code: TIMED_OUT, timedOut: true, errors: [error] }, `probe ${session.source}`);
}

/** ENOENT or ENOTDIR of the file or of the directory it should be in, as the mirror's rsync reports it. */
const MISSING = /(link_stat|change_dir) "[^"]*metadata(\/timestamp\.chk)?".* failed: .*\((2|20)\)$/;
const EXCLUDED = /skipping daemon-excluded file ".*timestamp\.chk"$/;

/** What rsync says here when the timestamp is a directory, with something in it or without. */
const DIRECTORY = /destination must be a directory when copying|cannot overwrite non-directory with a directory/;

/** Tells a timestamp that is not there from all other reasons for a failure. */
function saysMissing(exit: RsyncExit): boolean {
  if (exit.code === 3) return exit.errors.some((line) => DIRECTORY.test(line));
  if (exit.code !== 23) return false;
  const complaints = exit.errors.filter((line) => / failed: |ERROR|skipping/.test(line));
  return complaints.length > 0 && complaints.every((line) => MISSING.test(line) || EXCLUDED.test(line));
}
