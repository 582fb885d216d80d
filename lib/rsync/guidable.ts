import { LOCAL_NAMES } from "../base/local_names.ts";
import { optionsOf } from "./option_words.ts";

/** Options that mean the same for a list of files as for a whole tree. */
const HARMLESS: ReadonlySet<string> = new Set(
  `recursive archive r links safe-links perms times omit-dir-times compress compress-level compress-choice zc zl
  skip-compress no-compress whole-file no-whole-file force delete del delete-before delete-during delete-delay
  delete-after stats human-readable timeout contimeout owner group no-owner no-group devices specials no-devices
  no-specials D verbose no-verbose quiet progress no-progress info itemize-changes motd no-motd 8-bit-output bwlimit
  ipv4 ipv6 rsh blocking-io port address sockopts password-file outbuf partial no-partial protocol
  no-human-readable msgs2stderr stderr`.split(/\s+/),
);

/** Without these a tree would not be like the mirror's in what no Manifest tells, or directories would get times. */
const NEEDED: readonly (readonly string[])[] = [
  ["recursive", "archive"],
  ["times", "archive"],
  ["perms", "archive"],
  ["omit-dir-times"],
];

/**
 * The first option by which a whole tree would come out otherwise than by fetching its files by name, or one that is
 * missing for that; `undefined` when there is none.
 *
 * @param excludes patterns of the storage's own.
 */
export function unguidable(words: readonly string[], excludes: readonly string[]): string | undefined {
  const options = optionsOf(words);
  const found = options.find(({ name, value = "" }) =>
    name === "exclude" ? !isNothingFetched(value) && !excludes.includes(value) : !HARMLESS.has(name)
  );
  if (found !== undefined) return `--${found.name}`;
  const lacking = NEEDED.find((names) => !options.some(({ name }) => names.includes(name)));
  return lacking && `--${lacking[0]}, which is missing`;
}

/** Whether what the pattern excludes is never asked for: the host's own directories, and hidden names. */
function isNothingFetched(pattern: string): boolean {
  const [, name = ""] = /^\/([^/]+)\/?$/.exec(pattern) ?? [];
  return LOCAL_NAMES.has(name) || /^\/?\.[^/]*\/?$/.test(pattern);
}
