import { failureOf, type RsyncFailure } from "./failure.ts";
import { listOf, LONGEST_LIST } from "./files_from.ts";
import type { Item } from "./itemize.ts";
import { runItemized } from "./run_itemized.ts";
import type { Session } from "./session.ts";
import { fetchWords, ownWords } from "./step_words.ts";

/** Files to fetch by name, and where to. */
export interface NamedFiles {
  /** An absolute path of a directory that is nobody else's; what is there already must not be among `paths`. */
  readonly into: string;
  /** Relative to the mirror's tree. */
  readonly paths: readonly string[];
  /** No file is larger than that; one that is does not come. */
  readonly mostBytes: number;
  /**
   * A directory with files that need not come again when the mirror has them with the same size, time and attributes.
   */
  readonly known?: string;
  /** Called when rsync knows all names. */
  readonly onAsked?: () => void;
  /** Called when the mirror has accepted the first connection. */
  readonly onBegin?: () => void;
  /** Called with a path when that file has come, while others are still coming; not for the last one. */
  readonly onArrival?: (path: string) => void;
  /** For all of it; when the time is up it counts as rsync's exit 30. */
  readonly timeoutMs?: number | undefined;
}

/** How it went; what came is to be seen in the directory. */
export interface FetchedNamed {
  readonly kind: "done";
  /** Whether every name that did not come is certainly not there, or no regular file. */
  readonly isCertain: boolean;
}

/** Has rsync say that it waits for the mirror's list, before any of it has come. */
const ANNOUNCED = ["--info=flist1"];

/** Some files could not be transferred, or vanished. */
const PARTIAL: ReadonlySet<number> = new Set([23, 24]);

/**
 * Fetches regular files by name, with the directories that they are in, into a private directory. Nothing else can
 * arrive there: no link, no device, no file below another's name. That a file is missing is no failure, and that it is
 * there proves nothing: look at it.
 *
 * It takes one connection for every 10,000 paths.
 */
export async function fetchNamed(session: Session, named: NamedFiles): Promise<FetchedNamed | RsyncFailure> {
  let isCertain = true;
  const onItem = arrivals(named);
  for (let at = 0; at < named.paths.length; at += LONGEST_LIST) {
    const exit = await runItemized(session, {
      words: [
        ...namedWords(session),
        `--max-size=${named.mostBytes}`,
        ...(named.known === undefined ? [] : [`--compare-dest=${named.known}`]),
        ...ANNOUNCED,
        "--outbuf=L",
      ],
      operands: [`${session.source}/`, named.into],
      input: listOf(named.paths.slice(at, at + LONGEST_LIST)),
      onItem,
      onInputEnd: at + LONGEST_LIST >= named.paths.length ? named.onAsked : undefined,
      onOutput: at === 0 ? named.onBegin : undefined,
      ...(named.timeoutMs !== undefined && { timeoutMs: named.timeoutMs }),
    });
    if (PARTIAL.has(exit.code)) isCertain = false;
    else if (exit.code !== 0) return failureOf(exit, `fetch from ${session.source}`);
  }
  return { kind: "done", isCertain };
}

/** rsync names a file when it begins with it; it has ended the one before then. */
function arrivals({ onArrival }: NamedFiles): (item: Item) => void {
  let begun: string | undefined;
  return (item) => {
    if (item.kind !== "change" || item.change.type !== "file") return;
    if (begun !== undefined) onArrival?.(begun);
    begun = item.change.path;
  };
}

/** After the user's words, so that what `--archive` among them asks for is taken back. */
export function namedWords(session: Pick<Session, "words" | "uncompressed" | "isSigned">): string[] {
  return [
    ...fetchWords(session),
    ...ownWords(session),
    ...["--no-recursive", "--dirs", "--no-links", "--no-devices", "--no-specials", "--ignore-missing-args"],
    ...["--8-bit-output", "--no-motd", "--from0", "--files-from=-"],
  ];
}
