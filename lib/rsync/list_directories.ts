import { failureOf, type RsyncFailure } from "./failure.ts";
import { namedWords } from "./fetch_named.ts";
import { listOf } from "./files_from.ts";
import { runItemized } from "./run_itemized.ts";
import type { Session } from "./session.ts";

/** Directories that a mirror has. */
export interface DirectoryListing {
  readonly kind: "listed";
  readonly directories: ReadonlySet<string>;
}

/**
 * Asks a mirror which of the directories `opened` it has, and which are directly in them. It opens no other. Those
 * whose names begin with a dot are not among the answers.
 *
 * @param nowhere an absolute path at which there is nothing.
 */
export async function listDirectories(
  session: Session,
  { opened, nowhere }: {
    readonly opened: readonly string[];
    readonly nowhere: string;
  },
): Promise<DirectoryListing | RsyncFailure> {
  const directories = new Set<string>();
  const exit = await runItemized(session, {
    words: [...namedWords(session), "--exclude=.*", "--include=*/", "--exclude=*", "--dry-run", "--outbuf=L"],
    operands: [`${session.source}/`, nowhere],
    input: listOf(opened.map((path) => path === "." ? "./" : `${path}/`)),
    onItem: (item) => {
      if (item.kind === "change" && item.change.type === "directory") directories.add(item.change.path);
    },
  });
  return exit.code === 0 ? { kind: "listed", directories } : failureOf(exit, `list ${session.source}`);
}
