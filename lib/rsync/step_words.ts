import { type Option, optionsOf, withoutOptions } from "./option_words.ts";
import type { Session } from "./session.ts";

/** Options that only change what rsync says, or where; a step must read its own lines. */
const TALK: ReadonlySet<string> = new Set(
  `verbose no-verbose no-v quiet progress no-progress stats human-readable no-human-readable no-h info debug stderr
  msgs2stderr no-msgs2stderr itemize-changes no-itemize-changes no-i out-format log-format motd no-motd 8-bit-output
  no-8-bit-output no-8 outbuf`.split(/\s+/),
);

/**
 * Options that shape the answer to "what is to be done?". The plan has answered it; asked again over a list of
 * paths and a staging tree that lacks them, they would answer otherwise. (`--from0` would even turn the file of an
 * `--include-from` into one single pattern.)
 */
const PLANNING: ReadonlySet<string> = new Set(
  `del delete delete-before delete-during delete-delay delete-after delete-excluded max-delete ignore-errors
  no-ignore-errors exclude include exclude-from include-from filter F cvs-exclude existing ignore-non-existing
  ignore-existing update prune-empty-dirs no-prune-empty-dirs no-m implied-dirs no-implied-dirs i-d no-i-d from0
  no-from0 dirs old-dirs old-d no-dirs no-d`.split(/\s+/),
);

/** Options that leave half-done work in the tree, to no purpose in a staging tree. */
const HALF_DONE: ReadonlySet<string> = new Set(
  "partial no-partial partial-dir delay-updates no-delay-updates".split(" "),
);

/** With it rsync would not check that a mirror sends nothing but what was asked for. */
const TRUST: ReadonlySet<string> = new Set(["trust-sender"]);

/**
 * rsync sends many small messages, and the other side may wait for 40 ms before it says that one has come. Without this
 * word the next one is held back until then; with it a plan and a fetch take some 60 ms less each.
 */
const AT_ONCE = "--sockopts=TCP_NODELAY";

/** Names of the directories in which a mirror prepares its own updates. */
export const UNSEEN: readonly string[] = [".~tmp~"];

/**
 * Added to every step after the user's words: no set-user-ID or set-group-ID bit of a file ever arrives, and the
 * directories in which a mirror prepares its own updates are not seen. Nor may everybody write to what Manifests vouch
 * for, since they vouch for no modes.
 */
export function ownWords({ isSigned = false }: Pick<Session, "isSigned">): string[] {
  return [isSigned ? "--chmod=Fug-s,o-w" : "--chmod=Fug-s", ...UNSEEN.map((name) => `--exclude=${name}/`)];
}

/** Hidden names are neither sent nor kept here: Manifests do not speak of them. */
const NO_HIDDEN = "--filter=hide .*";

/** {@linkcode ownWords} of a step that goes through the whole tree. */
export function treeWords(session: Pick<Session, "isSigned">): string[] {
  return session.isSigned === true ? [...ownWords(session), NO_HIDDEN] : ownWords(session);
}

/** What makes a call tell what is to be done, instead of doing it. */
export const PLAN_MODE: readonly string[] = ["--dry-run", "--no-inc-recursive", "--8-bit-output", "--no-motd"];

/** The user's words for the plan: all but those that talk. */
export function planWords(common: readonly string[]): string[] {
  return sentAtOnce(withoutOptions(common, inAny(TALK, TRUST)));
}

/** The user's words for the fetch of listed paths: how to transfer, not what. */
export function fetchWords({ words, uncompressed = false }: Pick<Session, "words" | "uncompressed">): string[] {
  const kept = withoutOptions(words, inAny(TALK, TRUST, PLANNING, HALF_DONE));
  return sentAtOnce(uncompressed ? [...kept, "--no-compress"] : kept);
}

/** Adds what makes rsync send each of its messages at once, unless the user knows better. */
export function sentAtOnce(words: readonly string[]): string[] {
  return optionsOf(words).some(({ name }) => name === "sockopts") ? [...words] : [...words, AT_ONCE];
}

/** How many times longer than rsync waits for a message a single file may take. */
const PATIENCE = 5;

/**
 * How long a fetch may go without finishing a file: rsync's `--timeout` does not end a mirror that stalls in a transfer,
 * since it takes its own keep-alive messages for progress. `undefined` where the user wants no limit.
 */
export function silenceMs(common: readonly string[]): number | undefined {
  const seconds = Number(optionsOf(common).findLast(({ name }) => name === "timeout")?.value);
  return seconds > 0 ? seconds * PATIENCE * 1000 : undefined;
}

function inAny(...sets: readonly ReadonlySet<string>[]): (option: Option) => boolean {
  return ({ name }) => sets.some((set) => set.has(name));
}
