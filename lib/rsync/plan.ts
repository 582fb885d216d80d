import type { Change } from "./change.ts";
import { failureOf, type RsyncFailure } from "./failure.ts";
import { runItemized } from "./run_itemized.ts";
import type { Session } from "./session.ts";
import { type SourceScope, sourceWords } from "./source_words.ts";
import { PLAN_MODE, planWords, treeWords } from "./step_words.ts";

/** What a sync would change. */
export interface Planned {
  readonly kind: "planned";
  /** In rsync's order: mostly deletions first, contents before their directory; then from the root down. */
  readonly changes: readonly Change[];
  /** Names that will not be synced, escaped for messages. */
  readonly rejected: readonly string[];
}

/**
 * Asks the mirror what differs from `base`, an absolute path; nothing is changed. A base that does not exist
 * counts as empty.
 *
 * The answer is the user's own options' answer: filters, deletions, limits. Without incremental recursion, for a
 * listing in one go instead of a round trip for each batch of directories.
 */
export async function plan(
  session: Session,
  base: string,
  scope: SourceScope = {},
): Promise<Planned | RsyncFailure> {
  const changes: Change[] = [];
  const rejected: string[] = [];
  const exit = await runItemized(session, {
    words: [...planWords(session.words), ...treeWords(session), ...PLAN_MODE],
    operands: [...sourceWords(session, scope), base],
    onItem: (item) => {
      if (item.kind === "change") changes.push(item.change);
      else rejected.push(item.name);
    },
  });
  if (exit.code !== 0) return failureOf(exit, `list ${session.source}`);
  return { kind: "planned", changes, rejected };
}
