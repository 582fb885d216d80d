/** The kinds of values. */
export type KeyType =
  | "path"
  | "yes|no"
  | "integer"
  | "number"
  | "octal"
  | "text"
  | "words"
  | "shell words"
  | "user:group"
  | "atom"
  | "absolute|relative"
  | "keep|ignore"
  | "auto|manifest|plan|full"
  | "warn|fail"
  | "cvs|git|mercurial|rsync|svn|webrsync|zipfile"
  | "yes|no|wkd|keyserver|best-effort|false-nowarn";

/** A key of repos.conf. */
export interface Key {
  readonly name: string;
  readonly type: KeyType;
  /** What counts when it is not set; `undefined`: nothing. */
  readonly default: string | undefined;
  /** One line. */
  readonly meaning: string;
  /** Whether rcusync acts on it; Portage's others are known, so that nobody is warned of them. */
  readonly used: boolean;
}

type Row = readonly [name: string, type: KeyType, fallback: string | undefined, meaning: string];

const USED: readonly Row[] = [
  ["location", "path", undefined, "Where consumers look for the repository"],
  ["sync-type", "cvs|git|mercurial|rsync|svn|webrsync|zipfile", undefined, "How it is synced; rcusync does rsync"],
  ["sync-uri", "text", undefined, "Where it is synced from: rsync://, ssh:// or file://"],
  ["auto-sync", "yes|no", "yes", "Sync it when no repository is named"],
  ["sync-allow-hardlinks", "yes|no", "yes", "Download beside the tree and share unchanged files by hardlinks"],
  ["sync-rcu", "yes|no", "no", "Publish every sync as a new immutable snapshot"],
  ["sync-rcu-store-dir", "path", undefined, "Where the snapshots are; one directory per repository"],
  ["sync-rcu-spare-snapshots", "integer", "1", "Previous snapshots kept whatever their age"],
  ["sync-rcu-ttl-days", "integer", "7", "Days before a previous snapshot expires"],
  ["sync-rcu-link-style", "absolute|relative", "absolute", "Text of the symlink at the location"],
  ["sync-rcu-recycle", "yes|no", "yes", "Build the next snapshot from a retired one"],
  ["sync-rcu-gc-in-use", "keep|ignore", "keep", "What garbage collection does with expired snapshots in use"],
  [
    "sync-rcu-strategy",
    "auto|manifest|plan|full",
    "auto",
    "Whether signed Manifests tell what changed, or a comparison",
  ],
  ["sync-umask", "octal", undefined, "File mode creation mask of rsync"],
  ["sync-user", "user:group", undefined, "Who rsync runs as"],
  ["sync-hooks-only-on-change", "yes|no", "no", "Run hooks only when the repository changed"],
  ["sync-openpgp-key-path", "path", undefined, "Keys that may sign the repository"],
  ["sync-openpgp-keyserver", "text", undefined, "Where keys are refreshed from"],
  [
    "sync-openpgp-key-refresh",
    "yes|no|wkd|keyserver|best-effort|false-nowarn",
    "yes",
    "Whether and how keys are refreshed; best-effort: a refresh less than 7 days ago does when it fails",
  ],
  ["sync-openpgp-key-refresh-retry-count", "integer", undefined, "Tries to refresh keys"],
  ["sync-openpgp-key-refresh-retry-overall-timeout", "number", undefined, "Seconds for all tries together"],
  ["sync-openpgp-key-refresh-retry-delay-exp-base", "number", undefined, "Base of the growth of the delay"],
  ["sync-openpgp-key-refresh-retry-delay-max", "number", undefined, "Longest delay in seconds"],
  ["sync-openpgp-key-refresh-retry-delay-mult", "number", undefined, "Factor of the delay"],
  ["sync-rsync-extra-opts", "shell words", undefined, "More options for rsync"],
  ["sync-rsync-vcs-ignore", "yes|no", "no", "Sync although the location is a version control checkout"],
  ["sync-rsync-verify-metamanifest", "yes|no", "no", "Verify signature and Manifests before publishing"],
  ["sync-rsync-verify-jobs", "integer", undefined, "Workers that verify; 0 or unset: one a processor"],
  ["sync-rsync-verify-max-age", "integer", "0", "Days after which a signed tree is called old; 0: never"],
  ["sync-rsync-verify-max-age-action", "warn|fail", "warn", "Whether a tree that old is only warned of, or refused"],
  ["priority", "integer", "0", "Order among repositories, ascending"],
  ["masters", "words", undefined, "Repositories that it builds on, instead of what layout.conf says"],
  ["aliases", "words", undefined, "Other names; -name removes one of layout.conf"],
  ["main-repo", "text", undefined, "In [DEFAULT]: the repository that others build on"],
  ["volatile", "yes|no", undefined, "Others than syncs change it: keep no revision history"],
];

const OF_PORTAGE: readonly Row[] = [
  ["sync-openpgp-key-package", "atom", undefined, "Package of the keys"],
  ["sync-depth", "integer", undefined, "Depth of git history"],
  ["clone-depth", "integer", undefined, "Depth of a first git clone"],
  ["sync-git-clone-env", "shell words", undefined, "Environment of git clone"],
  ["sync-git-clone-extra-opts", "shell words", undefined, "Options of git clone"],
  ["sync-git-env", "shell words", undefined, "Environment of git"],
  ["sync-git-pull-env", "shell words", undefined, "Environment of git pull"],
  ["sync-git-pull-extra-opts", "shell words", undefined, "Options of git pull"],
  ["sync-git-verify-commit-signature", "yes|no", undefined, "Verify the signature of the git commit"],
  ["sync-git-verify-max-age-days", "integer", undefined, "Days after which a git commit is called old"],
  ["sync-cvs-repo", "text", undefined, "CVS module"],
  ["sync-mercurial-clone-env", "shell words", undefined, "Environment of hg clone"],
  ["sync-mercurial-clone-extra-opts", "shell words", undefined, "Options of hg clone"],
  ["sync-mercurial-env", "shell words", undefined, "Environment of hg"],
  ["sync-mercurial-pull-env", "shell words", undefined, "Environment of hg pull"],
  ["sync-mercurial-pull-extra-opts", "shell words", undefined, "Options of hg pull"],
  ["sync-webrsync-delta", "yes|no", undefined, "Fetch differences of archives"],
  ["sync-webrsync-keep-snapshots", "yes|no", undefined, "Keep downloaded archives"],
  ["sync-webrsync-verify-signature", "yes|no", undefined, "Verify the signature of the archive"],
  ["force", "words", undefined, "Settings of layout.conf that must not be overridden"],
  ["eclass-overrides", "words", undefined, "Repositories whose eclasses take precedence"],
  ["strict-misc-digests", "yes|no", undefined, "Whether Manifests must list ebuilds"],
  ["usepkg-exclude", "words", undefined, "Packages never installed from binaries"],
  ["usepkg-include", "words", undefined, "Packages installed from binaries"],
  ["format", "text", undefined, "Layout of the repository"],
];

/** All known keys by name: those of Portage and our own. The one place for types and defaults. */
export const KEYS: ReadonlyMap<string, Key> = new Map([
  ...USED.map((row) => toEntry(row, true)),
  ...OF_PORTAGE.map((row) => toEntry(row, false)),
]);

/** The sync-types that Portage knows. */
export const SYNC_TYPES: readonly string[] = ["cvs", "git", "mercurial", "rsync", "svn", "webrsync", "zipfile"];

/** The default of `name` as text. */
export function defaultOf(name: string): string | undefined {
  return KEYS.get(name)?.default;
}

function toEntry([name, type, fallback, meaning]: Row, used: boolean): [string, Key] {
  return [name, { name, type, default: fallback, meaning, used }];
}
