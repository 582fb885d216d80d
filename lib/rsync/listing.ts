import { failureOf, type RsyncFailure } from "./failure.ts";
import { runItemized } from "./run_itemized.ts";
import type { Session } from "./session.ts";
import { fetchWords, ownWords } from "./step_words.ts";

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
  let isEmpty = true;
  const exit = await runItemized(session, {
    words: [
      ...fetchWords(session),
      ...ownWords(session),
      ...["--no-recursive", "--dirs", "--dry-run", "--8-bit-output", "--no-motd"],
    ],
    operands: [`${session.source}/`, nowhere],
    onItem: (item) => {
      if (item.kind === "rejected" || item.change.path !== ".") isEmpty = false;
    },
  });
  return exit.code === 0 ? { kind: "listed", isEmpty } : failureOf(exit, `list ${session.source}`);
}
