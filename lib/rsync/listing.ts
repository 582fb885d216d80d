import { failureOf, type RsyncFailure } from "./failure.ts";
import { ITEM_FORMAT, parseItem } from "./itemize.ts";
import { runRsync } from "./run.ts";
import type { Session } from "./session.ts";
import { fetchWords, OWN_WORDS } from "./step_words.ts";

/** What a mirror has directly below the root of its tree. */
export interface Listing {
  readonly kind: "listed";
  readonly isEmpty: boolean;
}

/**
 * Asks the mirror whether its tree has anything in it, whatever the user's filters leave of that.
 *
 * @param nowhere an absolute path at which there is nothing.
 */
export async function listTop(session: Session, nowhere: string): Promise<Listing | RsyncFailure> {
  const mark = crypto.randomUUID();
  let isEmpty = true;
  const exit = await runRsync(session, {
    args: [
      ...fetchWords(session.words),
      ...OWN_WORDS,
      ...["--no-recursive", "--dirs", "--dry-run", "--8-bit-output", "--no-motd", `--out-format=${mark}${ITEM_FORMAT}`],
      `${session.source}/`,
      nowhere,
    ],
    items: {
      mark,
      onItem: (line) => {
        const item = parseItem(line);
        if (item?.kind === "rejected" || (item?.kind === "change" && item.change.path !== ".")) isEmpty = false;
      },
    },
  });
  return exit.code === 0 ? { kind: "listed", isEmpty } : failureOf(exit, `list ${session.source}`);
}
