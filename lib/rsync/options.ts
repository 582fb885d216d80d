import { shellWords } from "../base/shell_words.ts";
import { operandOf } from "./operand.ts";
import { optionsOf } from "./option_words.ts";
import type { SyncUri } from "./uri.ts";

/** What the words for rsync are made of. */
export interface OptionSources {
  readonly uri: SyncUri;
  /** PORTAGE_RSYNC_OPTS; empty or unset: the built-in list. */
  readonly opts: string | undefined;
  /** Words of `sync-rsync-extra-opts`. */
  readonly extraOpts: readonly string[];
  /** PORTAGE_SSH_OPTS. */
  readonly sshOpts: string | undefined;
  readonly verbosity: "quiet" | "normal" | "verbose";
  /** Compare files by checksum. */
  readonly debug: boolean;
}

/** The words that every call of rsync for a repository begins with. */
export interface CommonWords {
  readonly words: readonly string[];
  /** One line each. */
  readonly warnings: readonly string[];
}

const BUILT_IN: readonly string[] = [
  "--recursive",
  "--links",
  "--safe-links",
  "--perms",
  "--times",
  "--omit-dir-times",
  "--compress",
  "--force",
  "--whole-file",
  "--delete",
  "--stats",
  "--human-readable",
  "--timeout=180",
  "--exclude=/distfiles",
  "--exclude=/local",
  "--exclude=/packages",
];

/** Words without which a sync would go wrong; only these very spellings count, as in Portage. */
const REQUIRED: readonly string[] = [
  "--recursive",
  "--times",
  "--exclude=/distfiles",
  "--exclude=/local",
  "--exclude=/packages",
];

/**
 * Puts together the common words, exactly as Portage does but for the port of an ssh URI,
 * which is handed to ssh.
 *
 * @throws {Fault} `configuration` when PORTAGE_RSYNC_OPTS has an unclosed quote.
 */
export function commonWords(sources: OptionSources): CommonWords {
  const base = baseWords(sources);
  const mode = sources.verbosity === "quiet" ? ["--quiet"] : ["--verbose"];
  if (sources.verbosity === "verbose") mode.push("--progress");
  if (sources.debug) mode.push("--checksum");
  const words = [...base.words, ...mode, ...sources.extraOpts];
  return { words: [...words, ...remoteShell(sources, words)], warnings: base.warnings };
}

function baseWords({ opts, uri }: OptionSources): CommonWords {
  if (opts === undefined || opts === "") return { words: BUILT_IN, warnings: [] };
  const given = shellWords(opts);
  const added = [...REQUIRED, ...requiredByGentoo(uri)].filter((word) => !given.includes(word));
  return {
    words: [...given, ...added],
    warnings: added.map((word) => `PORTAGE_RSYNC_OPTS lacks ${word}: added`),
  };
}

function requiredByGentoo(uri: SyncUri): readonly string[] {
  return operandOf(uri).endsWith(".gentoo.org/gentoo-portage") ? ["--compress", "--whole-file"] : [];
}

/** Words of `--rsh` go through rsync, which splits them at blanks. */
function remoteShell({ uri, sshOpts }: OptionSources, words: readonly string[]): string[] {
  if (uri.kind !== "ssh") return [];
  const port = uri.port === undefined ? "" : ` -p ${uri.port}`;
  if (sshOpts !== undefined && sshOpts !== "") return [`--rsh=ssh${port} ${sshOpts}`];
  if (port === "") return [];
  const chosen = optionsOf(words).findLast(({ name }) => name === "rsh")?.value;
  return [`--rsh=${chosen ?? "ssh"}${port}`];
}
