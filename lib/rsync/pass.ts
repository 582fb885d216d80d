import { failureOf, type RsyncFailure } from "./failure.ts";
import { runRsync } from "./run.ts";
import type { Session } from "./session.ts";
import { type SourceScope, sourceWords } from "./source_words.ts";
import { treeWords } from "./step_words.ts";

/**
 * Transfers the tree, or the paths of `scope`, into `destination` in one go, with all of the user's options.
 *
 * rsync changes attributes in place: no inode under `destination` may be shared with anything that must stay.
 */
export async function pass(
  session: Session,
  destination: string,
  scope: SourceScope = {},
): Promise<{ readonly kind: "done" } | RsyncFailure> {
  const exit = await runRsync(session, {
    args: [...session.words, ...treeWords(session), ...sourceWords(session, scope), destination],
  });
  return exit.code === 0 ? { kind: "done" } : failureOf(exit, `transfer ${session.source}`);
}
