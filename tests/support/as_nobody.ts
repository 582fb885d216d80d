import type { Scenario } from "./scenario.ts";

/** The words before a command that is to run as user 65534, who can reach what everybody may; for root. */
export function asNobody(s: Pick<Scenario, "path">): string[] {
  Deno.chmodSync(s.path, 0o755);
  const user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
  return [...withOwnCache(s), ...user];
}

/** The words that let Deno find its packages where everybody may read them, not below root's home. */
function withOwnCache({ path }: Pick<Scenario, "path">): string[] {
  const cache = Deno.env.get("DENO_DIR") ??
    `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/deno`;
  const script = 'mkdir "$2"; cp -r "$1/npm" "$2/npm"; chown -R 65534:65534 "$2"';
  new Deno.Command("sh", { args: ["-euc", script, "sh", cache, `${path}/cache`] }).outputSync();
  return ["env", `DENO_DIR=${path}/cache`];
}
