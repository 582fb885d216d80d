import { assertEquals, assertStringIncludes } from "@std/assert";
import { FURNISH, startReader } from "../support/reader_process.ts";
import { type Scenario, scenario } from "../support/scenario.ts";
import { testUnless, withoutCommand, withoutRoot } from "../support/skip.ts";

/** A system below `sys`, with a repository and a store as that system names them. */
async function otherSystem(
  options: Readonly<Record<string, string>> = {},
): Promise<Scenario & { readonly sys: string }> {
  const s = await scenario();
  const sys = `${s.path}/sys`;
  Deno.mkdirSync(`${sys}/etc/portage`, { recursive: true });
  const lines = {
    location: "/var/db/repos/demo",
    "sync-type": "rsync",
    "sync-uri": s.uri,
    "sync-rcu": "yes",
    "sync-rcu-store-dir": "/var/db/rcu/demo",
    ...options,
  };
  const text = Object.entries(lines).map(([key, value]) => `${key} = ${value}\n`).join("");
  Deno.writeTextFileSync(`${sys}/etc/portage/repos.conf`, `[demo]\n${text}`);
  return { ...s, sys, [Symbol.asyncDispose]: () => s[Symbol.asyncDispose]() };
}

/** Runs rcusync on that system, whatever the variables of the scenario say. */
function onRoot(s: { readonly sys: string } & Scenario, ...args: readonly string[]) {
  return s.run(["--root", s.sys, "--config-root", "/", ...args]);
}

Deno.test("--root keeps location and store below it, and links as a process in there sees them", async () => {
  await using s = await otherSystem();
  const { code, err } = await onRoot(s, "sync");
  assertEquals(code, 0, err);
  assertEquals(Deno.readLinkSync(`${s.sys}/var/db/repos/demo`), "/var/db/rcu/demo/latest");
  assertEquals(Deno.readLinkSync(`${s.sys}/var/db/rcu/demo/latest`), "snapshots/1");
});

Deno.test("--root is understood by path, status, list, doctor, pin, exec, rollback and gc", async () => {
  await using s = await otherSystem();
  await onRoot(s, "sync");
  s.change();
  await onRoot(s, "sync");
  const tree = `${s.sys}/var/db/rcu/demo/snapshots/2`;
  assertEquals((await onRoot(s, "path", "demo")).out, `${tree}\n`);
  assertStringIncludes((await onRoot(s, "status")).out, `demo: hardlink_rcu in ${s.sys}/var/db/rcu/demo\n`);
  assertEquals((await onRoot(s, "list")).code, 0);
  assertEquals((await onRoot(s, "doctor")).code, 0);
  assertEquals((await onRoot(s, "pin", "demo", "--name", "x")).code, 0);
  assertEquals((await onRoot(s, "exec", "demo", "--", "sh", "-c", 'echo "$RCUSYNC_PATH"')).out, `${tree}\n`);
  assertEquals((await onRoot(s, "rollback", "demo")).code, 0);
  assertEquals((await onRoot(s, "gc")).code, 0);
  assertEquals((await onRoot(s, "path", "demo")).out, `${s.sys}/var/db/rcu/demo/snapshots/1\n`);
});

Deno.test("sync-rcu-link-style = relative makes a link that resolves from outside and inside", async () => {
  await using s = await otherSystem({ "sync-rcu-link-style": "relative" });
  assertEquals((await onRoot(s, "sync")).code, 0);
  assertEquals(Deno.readLinkSync(`${s.sys}/var/db/repos/demo`), "../rcu/demo/latest");
  assertEquals(
    Deno.realPathSync(`${s.sys}/var/db/repos/demo`),
    Deno.realPathSync(`${s.sys}/var/db/rcu/demo/snapshots/1`),
  );
});

Deno.test("--root migrates a plain directory with links that resolve inside", async () => {
  await using s = await otherSystem({ "sync-rcu": "no" });
  await onRoot(s, "sync");
  const { code, out } = await onRoot(s, "migrate", "demo", "--to", "rcu");
  assertEquals(code, 0);
  assertEquals(Deno.readLinkSync(`${s.sys}/var/db/repos/demo`), "/var/db/rcu/demo/latest");
  assertStringIncludes(out, "    sync-rcu = yes\n");
  assertEquals((await onRoot(s, "migrate", "demo", "--to", "inplace")).code, 0);
  assertEquals(Deno.lstatSync(`${s.sys}/var/db/repos/demo`).isDirectory, true);
});

Deno.test("--root follows absolute links above location and store inside, and leaves the host alone", async () => {
  await using s = await otherSystem();
  Deno.mkdirSync(`${s.sys}/var`);
  Deno.symlinkSync(`${s.path}/data`, `${s.sys}/var/db`);
  const { code, err } = await onRoot(s, "sync");
  assertEquals(code, 0, err);
  assertEquals([...Deno.readDirSync(s.path)].some(({ name }) => name === "data"), false);
  const data = `${s.sys}${s.path}/data`;
  assertEquals(Deno.readLinkSync(`${data}/repos/demo`), "/var/db/rcu/demo/latest");
  assertEquals((await onRoot(s, "path", "demo")).out, `${data}/rcu/demo/snapshots/1\n`);
  assertEquals((await onRoot(s, "doctor")).code, 0);
});

const noRoot = withoutRoot() ?? withoutCommand("unshare");

testUnless(noRoot, "a process in a chroot follows the links that --root wrote, and is found as a reader", async () => {
  await using s = await otherSystem();
  await onRoot(s, "sync");
  const script = `${FURNISH}
    furnish "$1"; exec chroot "$1" sh -euc 'cd /var/db/repos/demo; test "$(cat profiles/repo_name)" = demo; eval "$WAIT"'`;
  await using reader = await startReader(script, [s.sys], { namespaces: ["--mount"] });
  const { out } = await onRoot(s, "status", "--json");
  const [snapshot] = JSON.parse(out).repositories[0].snapshots;
  const held = snapshot.keep.find(({ kind }: { kind: string }) => kind === "in-use");
  assertEquals(held.readers.map(({ pid, how }: { pid: number; how: string }) => `${pid} ${how}`), [
    `${reader.pid} cwd`,
  ]);
});

testUnless(withoutRoot(), "T148 --root looks the sync user up in the passwd of that system", async () => {
  await using s = await otherSystem({ "sync-user": "mirror" });
  Deno.writeTextFileSync(`${s.sys}/etc/passwd`, "mirror:x:4321:4322:::/bin/false\n");
  Deno.writeTextFileSync(`${s.sys}/etc/group`, "mirror:x:4322:\n");
  Deno.chmodSync(s.path, 0o755);
  const { code, err } = await onRoot(s, "sync");
  assertEquals(code, 0, err);
  const { uid, gid } = Deno.statSync(`${s.sys}/var/db/rcu/demo/snapshots/1/profiles/repo_name`);
  assertEquals({ uid, gid }, { uid: 4321, gid: 4322 });
});
