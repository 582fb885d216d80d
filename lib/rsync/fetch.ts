import { failureOf, type RsyncFailure } from "./failure.ts";
import { listOf, LONGEST_LIST } from "./files_from.ts";
import type { Item } from "./itemize.ts";
import { type RsyncExit, runRsync } from "./run.ts";
import { runItemized } from "./run_itemized.ts";
import type { Session } from "./session.ts";
import { fetchWords, ownWords, silenceMs } from "./step_words.ts";

/** What to fetch, and where to. Directories are absolute, without links in them. */
export interface FetchRequest {
  /** Where the entries go. It must not hold any of `paths` but directories: rsync would change them in place. */
  readonly staging: string;
  /** A tree to copy from what the mirror has as well; it is only read. */
  readonly basis?: string;
  /** Paths of a plan that are to be created or changed. */
  readonly paths: readonly string[];
  readonly onProgress?: (progress: FetchProgress) => void;
}

/** How far a fetch has come. */
export interface FetchProgress {
  /** Entries, directories not counted. */
  readonly doneFiles: number;
  /** Bytes of their contents, whether they were sent or copied from the basis. */
  readonly doneBytes: number;
}

/**
 * Brings exactly the listed entries into the staging tree: a file with its contents and attributes, as a new
 * inode; a directory with its attributes but without what it contains, unless that is listed too.
 *
 * It takes a connection for every 10,000 paths, and one for the root. A path that vanished from the mirror makes it
 * fail (23 or 24): plan again.
 */
export async function fetch(
  session: Session,
  request: FetchRequest,
): Promise<{ readonly kind: "done" } | RsyncFailure> {
  const listed = request.paths.filter((path) => path !== ".");
  const onItem = progressCounter(request.onProgress);
  for (let at = 0; at < listed.length; at += LONGEST_LIST) {
    const exit = await fetchListed(session, { ...request, paths: listed.slice(at, at + LONGEST_LIST) }, onItem);
    if (exit.code !== 0) return failureOf(exit, `fetch from ${session.source}`);
  }
  if (listed.length < request.paths.length) {
    const exit = await fetchRoot(session, request);
    if (exit.code !== 0) return failureOf(exit, `fetch from ${session.source}`);
  }
  return { kind: "done" };
}

function fetchListed(
  session: Session,
  { staging, basis, paths }: FetchRequest,
  onItem: (item: Item) => void,
): Promise<RsyncExit> {
  return runItemized(session, {
    words: [
      ...stepWords(session),
      "--from0",
      "--files-from=-",
      ...(basis === undefined ? [] : [`--copy-dest=${basis}`]),
      "--outbuf=L",
    ],
    operands: [`${session.source}/`, staging],
    input: listOf(paths),
    onItem,
    silenceMs: silenceMs(session.words),
  });
}

/** Apart from the rest, because a listed root brings everything in it along. */
function fetchRoot(session: Session, { staging }: FetchRequest): Promise<RsyncExit> {
  return runRsync(session, { args: [...stepWords(session), "--exclude=*", `${session.source}/`, staging] });
}

/** After the user's words, so that a `--recursive` or `--archive` among them is taken back. */
function stepWords(session: Session): string[] {
  return [...fetchWords(session), ...ownWords(session), "--no-recursive", "--dirs", "--8-bit-output", "--no-motd"];
}

/** Counts the entries that rsync says it has brought, item by item. */
export function progressCounter(onProgress: FetchRequest["onProgress"]): (item: Item) => void {
  let doneFiles = 0;
  let doneBytes = 0;
  return (item) => {
    if (onProgress === undefined || item.kind !== "change" || item.change.type === "directory") return;
    doneFiles++;
    doneBytes += item.change.size;
    onProgress({ doneFiles, doneBytes });
  };
}
