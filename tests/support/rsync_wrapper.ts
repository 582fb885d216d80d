import { rsyncStandIn } from "../../scripts/rsync_stand_in.ts";

/** A shell script in place of each kind of rsync call; `exec "$RSYNC" "$@"` in it runs the real one. */
export interface RsyncScripts {
  /** Fetches metadata/timestamp.chk. */
  readonly probe?: string;
  /** Lists what the mirror has, or what it would change, and transfers nothing. */
  readonly plan?: string;
  /** Writes into the staging tree. */
  readonly transfer?: string;
}

/** One call: its words, in order. */
export type RsyncCall = readonly string[];

const CALLS = "calls";

/**
 * Puts a program named `rsync` into `dir`, which is to be first in PATH: it notes its words and runs the script for
 * that kind of call, else the real rsync. `--version` always goes to the real one.
 */
export function writeRsyncWrapper(dir: string, scripts: RsyncScripts): void {
  const run = 'exec "$RSYNC" "$@"';
  const script = `kind=transfer before= last=
for word; do
  before=$last last=$word
  case $word in --version) ${run} ;; --dry-run|--list-only) kind=plan ;; esac
done
case $before in */timestamp.chk) kind=probe ;; esac
{ printf '%s\\037' "$@"; echo; } >> '${dir}/${CALLS}'
case $kind in
probe) ${scripts.probe ?? run}
;;
plan) ${scripts.plan ?? run}
;;
transfer) ${scripts.transfer ?? run}
;;
esac`;
  rsyncStandIn(dir, script);
}

/** The calls that the wrapper in `dir` noted, in order. Words must not hold line ends. */
export function rsyncCalls(dir: string): RsyncCall[] {
  try {
    const lines = Deno.readTextFileSync(`${dir}/${CALLS}`).trimEnd().split("\n");
    return lines.map((line) => line.split("\x1f").slice(0, -1));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
