import { assertEquals } from "@std/assert";
import { startDaemon } from "../support/rsync_daemon.ts";
import { type Scenario, scenario } from "../support/scenario.ts";
import { syncHere } from "../support/sync_here.ts";

const PASSWORD = "Vy7-geheim";
const TALKING = [[], ["--verbose"], ["--json"], ["--verbose", "--json"], ["--dry-run", "--verbose"], ["--quiet"]];

/** Syncs in every way there is to talk; the password is in nothing that is printed or kept. */
async function assertSecret(
  s: Scenario,
  { password, codes }: { readonly password: string; readonly codes: readonly number[] },
): Promise<void> {
  for (const args of TALKING) {
    const { code, out, err } = await syncHere(s, { args, variables: { RSYNC_PASSWORD: password } });
    assertEquals(codes.includes(code), true, `${code}: ${err}`);
    assertEquals((out + err).includes(PASSWORD), false, out + err);
  }
  const { success } = new Deno.Command("grep", { args: ["-rqF", PASSWORD, s.store], stderr: "null" }).outputSync();
  assertEquals(success, false, "the store has the password");
}

for (const [password, codes] of [[PASSWORD, [0]], [`${PASSWORD}!`, [13]]] as const) {
  Deno.test(`a password in RSYNC_PASSWORD that is ${codes[0] === 0 ? "right" : "wrong"} is never printed`, async () => {
    await using s = await scenario();
    Deno.writeTextFileSync(`${s.path}/secrets`, `me:${PASSWORD}\n`);
    const settings = ["auth users = me", `secrets file = ${s.path}/secrets`, "strict modes = no"];
    await using daemon = await startDaemon({ modules: { demo: s.up }, settings });
    s.configure(s.rcu({ "sync-uri": daemon.uri("demo").replace("://", "://me@") }));
    await assertSecret(s, { password, codes });
  });
}

for (const rest of ["@127.0.0.1:1/demo", "/x@127.0.0.1:1/demo", "@x@127.0.0.1:1/demo", "@[::1/demo", "@"]) {
  Deno.test(`a password in the URI before "${rest}" is refused and never printed`, async () => {
    await using s = await scenario();
    s.configure(s.rcu({ "sync-uri": `rsync://me:${PASSWORD}${rest}` }));
    await assertSecret(s, { password: "", codes: [10] });
  });
}
