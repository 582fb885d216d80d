import { type Option, optionsOf, withoutOptions } from "./option_words.ts";
import type { SourceScope } from "./source_words.ts";
import { planWords } from "./step_words.ts";

/** How to ask for what differs without having rsync look for what is to be deleted. */
export interface QuickWords {
  /** The user's words, as `planWords` gives them, but for those of deletions. */
  readonly words: readonly string[];
  /** Names at the top of the tree that are the host's own, on both sides. */
  readonly skipped: readonly string[];
}

/** Whatever these are, rsync deletes just what is not in the mirror's list. */
const NEUTRAL: ReadonlySet<string> = new Set(
  `recursive r archive a links l safe-links perms no-perms no-p times no-times omit-dir-times omit-link-times
  owner no-owner no-o group no-group no-g devices specials no-devices no-specials D no-D numeric-ids executability
  checksum checksum-choice cc size-only ignore-times modify-window whole-file no-whole-file no-W block-size
  compress no-compress no-z compress-level compress-choice compress-threads skip-compress zl zc zt force
  timeout contimeout bwlimit rsh blocking-io port address sockopts password-file ipv4 ipv6`.split(/\s+/),
);

/** When rsync deletes does not matter to a plan. */
const DELETIONS: ReadonlySet<string> = new Set(
  "delete del delete-before delete-during delete-delay delete-after".split(" "),
);

/** A name at the top of the tree, without wildcards. */
const TOP_NAME = /^\/([^/*?[\]\\\ufffd]+)$/;

/** The words for a quick plan; `undefined` unless it is certain that it would be the same as any other. */
export function quickWords(common: readonly string[], { paths }: SourceScope): QuickWords | undefined {
  const words = planWords(common);
  const options = optionsOf(words);
  const isKnown = (option: Option) =>
    NEUTRAL.has(option.name) || DELETIONS.has(option.name) || skippedName(option) !== undefined;
  const deletes = options.some(({ name }) => DELETIONS.has(name));
  const recurses = options.some(({ name }) => name === "recursive" || name === "archive");
  if (paths !== undefined || !deletes || !recurses || !options.every(isKnown)) return undefined;
  return {
    words: withoutOptions(words, ({ name }) => DELETIONS.has(name)),
    skipped: options.flatMap((option) => skippedName(option) ?? []),
  };
}

function skippedName({ name, value }: Option): string | undefined {
  return name === "exclude" ? TOP_NAME.exec(value ?? "")?.[1] : undefined;
}
