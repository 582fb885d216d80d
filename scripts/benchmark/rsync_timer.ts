import { rsyncStandIn } from "../rsync_stand_in.ts";

/** One run of rsync. */
export interface RsyncRun {
  /** What it is for: `plan` lists, `probe` fetches the timestamp, `fetch` transfers, `other` does none of these. */
  readonly kind: "plan" | "probe" | "fetch" | "other";
  /** When it began and ended, in milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  readonly ms: number;
}

/** A program named `rsync` that runs the real one and notes how long it took. */
export interface RsyncTimer {
  /** What has to be in the environment for it to be found first. */
  readonly env: Readonly<Record<string, string>>;
  /** The runs that have ended since the last call, by their ends. */
  taken(): RsyncRun[];
}

/** Writes the timer into the folder `dir`, which is created where it is missing. */
export function rsyncTimer(dir: string): RsyncTimer {
  const log = `${dir}/rsync.log`;
  const PATH = rsyncStandIn(dir, script(log));
  Deno.writeTextFileSync(log, "");
  return {
    env: { PATH },
    taken: () => {
      const lines = Deno.readTextFileSync(log).split("\n").filter((line) => line !== "");
      Deno.writeTextFileSync(log, "");
      return lines.map(runOf);
    },
  };
}

function script(log: string): string {
  return `start=$(date +%s%N) kind=fetch
for word; do
  case $word in --version) kind=other ;; --dry-run) kind=plan ;; */metadata/timestamp.chk) kind=probe ;; esac
done
"$RSYNC" "$@"
status=$?
echo "$kind $start $(date +%s%N)" >> '${log}'
exit $status`;
}

function runOf(line: string): RsyncRun {
  const [kind, ...times] = line.split(" ");
  const [startMs = NaN, endMs = NaN] = times.map((ns) => Number(BigInt(ns) / 1000n) / 1000);
  return { kind: kindOf(kind), startMs, endMs, ms: endMs - startMs };
}

function kindOf(word: string | undefined): RsyncRun["kind"] {
  return word === "plan" || word === "probe" || word === "fetch" ? word : "other";
}
