/** The letters that stand for options, with the long names. From rsync 3.5.0; older ones know fewer. */
export const LETTERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["V", ["version"]],
  ["v", ["verbose"]],
  ["q", ["quiet"]],
  ["h", ["human-readable"]],
  ["n", ["dry-run"]],
  ["a", ["archive"]],
  ["r", ["recursive"]],
  ["d", ["dirs"]],
  ["p", ["perms"]],
  ["E", ["executability"]],
  ["A", ["acls"]],
  ["X", ["xattrs"]],
  ["t", ["times"]],
  ["U", ["atimes"]],
  ["N", ["crtimes"]],
  ["O", ["omit-dir-times"]],
  ["J", ["omit-link-times"]],
  ["@", ["modify-window"]],
  ["o", ["owner"]],
  ["g", ["group"]],
  ["l", ["links"]],
  ["L", ["copy-links"]],
  ["k", ["copy-dirlinks"]],
  ["K", ["keep-dirlinks"]],
  ["H", ["hard-links"]],
  ["R", ["relative"]],
  ["I", ["ignore-times"]],
  ["x", ["one-file-system"]],
  ["u", ["update"]],
  ["S", ["sparse"]],
  ["f", ["filter"]],
  ["C", ["cvs-exclude"]],
  ["W", ["whole-file"]],
  ["c", ["checksum"]],
  ["B", ["block-size"]],
  ["y", ["fuzzy"]],
  ["z", ["compress"]],
  ["P", ["partial", "progress"]],
  ["m", ["prune-empty-dirs"]],
  ["i", ["itemize-changes"]],
  ["b", ["backup"]],
  ["0", ["from0"]],
  ["s", ["secluded-args"]],
  ["e", ["rsh"]],
  ["T", ["temp-dir"]],
  ["4", ["ipv4"]],
  ["6", ["ipv6"]],
  ["8", ["8-bit-output"]],
  ["M", ["remote-option"]],
]);

/** Long names whose value may be the next word. */
const WITH_VALUE: ReadonlySet<string> = new Set(
  `info debug stderr modify-window confine-root chmod max-size min-size max-alloc max-delete filter exclude include
  exclude-from include-from checksum-choice cc block-size compare-dest copy-dest link-dest compress-choice zc
  skip-compress compress-level zl compress-threads zt partial-dir log-file log-file-format out-format log-format
  bwlimit backup-dir suffix read-batch write-batch only-write-batch files-from usermap groupmap chown timeout
  contimeout stop-after time-limit stop-at rsh rsync-path temp-dir iconv copy-as address port sockopts password-file
  early-input outbuf remote-option protocol checksum-seed config dparam`.split(/\s+/),
);

/** Tells whether the option of this long name takes a value. */
export function takesValue(name: string): boolean {
  return WITH_VALUE.has(name);
}
