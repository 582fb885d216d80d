import type { RsyncCall } from "./rsync_wrapper.ts";
import type { Scenario } from "./scenario.ts";

/** What a call of rsync is for. */
export type CallKind = "probe" | "plan" | "transfer";

/** Tells the kinds of calls apart as the wrapper does. */
export function kindOf(call: RsyncCall): CallKind {
  if (call.at(-2)?.endsWith("/metadata/timestamp.chk")) return "probe";
  return call.includes("--dry-run") ? "plan" : "transfer";
}

/** The kinds of all calls so far, in order. */
export function kindsOf({ calls }: Pick<Scenario, "calls">): CallKind[] {
  return calls().map(kindOf);
}

/** Shell, for the wrapper: answers a probe with a time later than the first stamp. */
export const NEWER = `echo 'Tue, 14 Nov 2023 23:00:00 +0000' > "$last"`;

/** Shell, for the wrapper: answers a plan with this one line of rsync's. */
export function planOf(line: string): string {
  return `for word; do case $word in --out-format=*) mark=\${word#--out-format=} ;; esac; done
echo "\${mark%%%*}${line}"`;
}

/** Shell, for the wrapper: runs `commands` before the first such call, then the real rsync each time. */
export function onceBefore({ path }: Pick<Scenario, "path">, commands: string): string {
  return `[ -e '${path}/once' ] || { : > '${path}/once'; ${commands}; }; exec "$RSYNC" "$@"`;
}
