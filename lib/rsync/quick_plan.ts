import { dirname } from "@std/path";
import { allEnded } from "../base/all_ended.ts";
import { HashSet } from "../base/hash_set.ts";
import type { Files } from "../host/files.ts";
import type { Change } from "./change.ts";
import { ENTRY_WORDS } from "./entry_lines.ts";
import { mayHoldEscapes, unescaped } from "./escapes.ts";
import { failureOf, type RsyncFailure } from "./failure.ts";
import { PathHash } from "./path_hash.ts";
import type { Planned } from "./plan.ts";
import type { QuickWords } from "./quick_words.ts";
import type { EntryListener, RsyncExit } from "./run.ts";
import { runItemized } from "./run_itemized.ts";
import type { Session } from "./session.ts";
import { sourceWords } from "./source_words.ts";
import { PLAN_MODE, treeWords, UNSEEN } from "./step_words.ts";
import { vanishedEntries } from "./vanished_entries.ts";

/** What a quick plan needs of the system, and how rsync is to be asked. */
export interface QuickPlanOptions {
  readonly quick: QuickWords;
  readonly surveyTree: NonNullable<Files["surveyTree"]>;
  readonly treeNames: Files["treeNames"];
}

/**
 * Plans as `plan` does, with the same result, but has not rsync look for what is to be deleted: while the mirror lists
 * its tree, another thread notes what is in ours. Then rsync, which compares the two, names what is in the mirror's
 * list, and what it does not name is gone there. By itself it would read each directory of ours once more, one after
 * the other.
 *
 * @param base a directory, absolute, and no link.
 * @returns `undefined` when it is not certain that the result would be the same.
 */
export async function quickPlan(
  session: Session,
  base: string,
  { quick, surveyTree, treeNames }: QuickPlanOptions,
): Promise<Planned | RsyncFailure | undefined> {
  const seed = crypto.getRandomValues(new Uint32Array(2));
  const answer = new Answer(new PathHash(seed));
  const over = new AbortController();
  const asking = answer.of(session, base, quick.words).finally(() => answer.isWhole || over.abort());
  const { skipped } = quick;
  const surveying = surveyTree(base, { seed, skipped, unwanted: UNSEEN, signal: over.signal });
  const [exit, survey] = await allEnded([asking, surveying]);
  if (exit.code !== 0) return failureOf(exit, `list ${session.source}`);
  if (survey === undefined || !answer.isWhole) return undefined;
  // Whatever is here of these names stays.
  for (const name of skipped) answer.named.add(answer.hash.ofText(name));
  const vanished = vanishedEntries(base, { ...answer, survey, treeNames });
  return vanished && { kind: "planned", changes: [...vanished, ...answer.changes], rejected: answer.rejected };
}

/** What rsync said. */
class Answer {
  readonly changes: Change[] = [];
  readonly rejected: string[] = [];
  /** All entries of the mirror's list. */
  readonly named: HashSet = new HashSet();
  /** Those of which it says that there is nothing here, or something of another type. */
  readonly created: HashSet = new HashSet();
  /** What these are in. */
  readonly filled: HashSet = new HashSet();
  isWhole = false;
  #count = 0;
  #isGapless = true;

  constructor(readonly hash: PathHash) {}

  async of(session: Session, base: string, words: readonly string[]): Promise<RsyncExit> {
    const exit = await runItemized(session, {
      // Something that is in the way would go with the words of deletions, which are left out.
      words: [...words, "--force", ...treeWords(session), ...PLAN_MODE, ...ENTRY_WORDS],
      operands: [...sourceWords(session, {}), base],
      onEntry: this.#onEntry,
      onItem: (item) => {
        if (item.kind === "rejected") this.rejected.push(item.name);
        else this.#onChange(item.change);
      },
    });
    // The root is in every list.
    this.isWhole = exit.code === 0 && this.#isGapless && this.named.has(this.hash.ofText("."));
    return exit;
  }

  readonly #onEntry: EntryListener = (bytes, from, to, number) => {
    // A line too few would be a deletion too many.
    if (number !== this.#count++) this.#isGapless = false;
    if (!mayHoldEscapes(bytes, from, to)) return this.named.add(this.hash.of(bytes, from, to));
    const name = unescaped(bytes.subarray(from, to));
    this.named.add(this.hash.of(name, 0, name.length));
  };

  #onChange(change: Change): void {
    this.changes.push(change);
    if (change.kind !== "create") return;
    this.created.add(this.hash.ofText(change.path));
    this.filled.add(this.hash.ofText(dirname(change.path)));
  }
}
