import { failureOf, type RsyncFailure } from "./failure.ts";
import { type FetchProgress, progressCounter } from "./fetch.ts";
import { runItemized } from "./run_itemized.ts";
import type { Session } from "./session.ts";
import { type SourceScope, sourceWords } from "./source_words.ts";
import { planWords, silenceMs, treeWords } from "./step_words.ts";

/**
 * Brings the whole tree, or the part that `scope` names, into an empty staging tree in one connection; much quicker
 * than a list of all its paths. To be called after a plan that rejected no name: one that appears meanwhile is a
 * failure.
 */
export async function fetchAll(
  session: Session,
  { staging, scope, onProgress }: {
    readonly staging: string;
    readonly scope: SourceScope;
    readonly onProgress: (progress: FetchProgress) => void;
  },
): Promise<{ readonly kind: "done" } | RsyncFailure> {
  const count = progressCounter(onProgress);
  let rejected: string | undefined;
  const exit = await runItemized(session, {
    words: [...planWords(session.words), ...treeWords(session), "--8-bit-output", "--no-motd", "--outbuf=L"],
    operands: [...sourceWords(session, scope), staging],
    onItem: (item) => {
      if (item.kind === "rejected") rejected = item.name;
      else count(item);
    },
    silenceMs: silenceMs(session.words),
  });
  if (exit.code !== 0) return failureOf(exit, `fetch from ${session.source}`);
  return rejected === undefined ? { kind: "done" } : unusableName(session, rejected);
}

/** Final: staging holds the name by now, and another mirror's plan would leave it there. */
function unusableName(session: Session, name: string): RsyncFailure {
  const message = `The mirror ${session.source} sent ${name}, a name that no ebuild repository has`;
  return { kind: "failed", exit: 0, retry: false, diskFull: false, message };
}
