import { assertEquals, assertStringIncludes } from "@std/assert";
import { systemFiles } from "../../lib/host/files.ts";
import { assertExit } from "../support/assert_exit.ts";
import { namesIn } from "../support/entries.ts";
import { type Scenario, scenario } from "../support/scenario.ts";
import { testUnless, withoutRoot } from "../support/skip.ts";
import { treeOf } from "../support/tree_of.ts";
import { writeUpstream } from "../support/upstream_tree.ts";

const WWW_DATA = 33;
const GAMES = 60;

/** Who needs two accounts and the right to become them. */
function withoutAccounts(): string | undefined {
  const names = ["passwd", "group"].map((name) => Deno.readTextFileSync(`/etc/${name}`)).join("\n");
  const found = /^www-data:[^:]*:33:33:/m.test(names) && /^games:[^:]*:60:/m.test(names);
  return withoutRoot() ?? (found ? undefined : "needs user www-data (33) and group games (60)");
}

/** A scenario that other users can reach. */
async function openScenario(): Promise<Scenario> {
  const s = await scenario();
  Deno.chmodSync(s.path, 0o755);
  // The wrapper of rsync notes its calls in `bin`, whoever it runs as.
  for (const name of ["bin", "tmp"]) Deno.chmodSync(`${s.path}/${name}`, 0o1777);
  return s;
}

/** Has the wrapper note user, group, groups, umask and HOME of each call. */
function watchIdentity(s: Scenario): () => string[] {
  const note = `echo "$(id -u):$(id -g) $(id -G) $(umask) $HOME $LOGNAME" >> '${s.path}/tmp/ids'; exec "$RSYNC" "$@"`;
  s.wrapRsync({ probe: note, plan: note, transfer: note });
  return () => [...new Set(Deno.readTextFileSync(`${s.path}/tmp/ids`).trimEnd().split("\n"))];
}

async function ownersIn(dir: string): Promise<string[]> {
  return [...new Set([...(await treeOf(dir)).values()].map(({ uid, gid }) => `${uid}:${gid}`))];
}

testUnless(withoutAccounts(), "T148 sync-user owns a new location and all in it, not its parents", async () => {
  await using s = await openScenario();
  const parent = `${s.path}/www`;
  Deno.mkdirSync(parent);
  Deno.chownSync(parent, WWW_DATA, WWW_DATA);
  const location = `${parent}/repos/demo`;
  s.configure({ location, "sync-user": "www-data" });
  assertEquals((await s.sync()).code, 0);
  const { uid, mode } = Deno.statSync(`${parent}/repos`);
  assertEquals([await ownersIn(location), uid, (mode ?? 0) & 0o777], [["33:33"], 0, 0o755]);
  assertEquals((Deno.statSync(location).mode ?? 0) & 0o7777, 0o755);
});

for (const [user, identity] of [["www-data:games", "33:60 60"], [":games", "0:60 60"], ["33:60", "33:60 60"]]) {
  testUnless(withoutAccounts(), `T149 sync-user = ${user} runs rsync as ${identity}`, async () => {
    await using s = await openScenario();
    const seen = watchIdentity(s);
    s.configure({ "sync-user": user });
    s.wrapRsync({ probe: `echo "$(id -u):$(id -g) $(id -G)" >> '${s.path}/tmp/ids'; exit 1` });
    await s.sync();
    assertEquals(seen(), [identity]);
  });
}

for (const user of ["nosuch", "12345", "www-data:nosuch", "www-data:"]) {
  testUnless(withoutAccounts(), `T150 T151 sync-user = ${user} fails and rsync never starts`, async () => {
    await using s = await openScenario();
    s.wrapRsync({});
    s.configure({ "sync-user": user });
    const { code, err } = await s.sync();
    assertEquals([code, s.calls()], [10, []]);
    assertStringIncludes(err, "does not exist");
  });
}

for (const [gid, mode, umask] of [[WWW_DATA, 0o755, "0022"], [GAMES, 0o2775, "0002"]] as const) {
  testUnless(withoutAccounts(), `T152 usersync runs rsync as the owner 33:${gid} of the location`, async () => {
    await using s = await openScenario();
    Deno.mkdirSync(s.location);
    Deno.chownSync(s.location, WWW_DATA, gid);
    Deno.chmodSync(s.location, mode);
    s.configure();
    const seen = watchIdentity(s);
    const { code } = await s.sync([], { FEATURES: "usersync" });
    assertEquals([code, seen()], [0, [`33:${gid} ${gid} ${umask} /var/www www-data`]]);
    assertEquals(await ownersIn(s.location), [`33:${gid}`]);
  });
}

testUnless(withoutAccounts(), "T153 usersync runs rsync as root when the owner has no account", async () => {
  await using s = await openScenario();
  Deno.mkdirSync(s.location);
  Deno.chownSync(s.location, 54321, 54321);
  s.configure();
  s.wrapRsync({ probe: `id -u >> '${s.path}/tmp/ids'; exit 1` });
  await s.sync([], { FEATURES: "usersync" });
  assertEquals(Deno.readTextFileSync(`${s.path}/tmp/ids`), "0\n");
});

Deno.test("T155 sync-umask counts where the mirror's modes do not, 0 too, and nonsense is refused", async () => {
  await using s = await scenario();
  writeUpstream(s.up, "open", "x");
  Deno.chmodSync(`${s.up}/open`, 0o666);
  const modes: number[] = [];
  for (const umask of ["027", "0"]) {
    const location = `${s.path}/loc${umask}`;
    s.configure({ location, "sync-umask": umask, "sync-rsync-extra-opts": "--no-perms" });
    assertEquals((await s.sync()).code, 0);
    modes.push((Deno.statSync(`${location}/open`).mode ?? 0) & 0o777);
  }
  assertEquals(modes, [0o640, 0o666]);
  s.configure({ "sync-umask": "9z" });
  assertEquals((await s.sync()).code, 10);
});

testUnless(
  withoutAccounts(),
  "T156 usersync with RCU: migrates, syncs and collects as the location's owner",
  async () => {
    await using s = await openScenario();
    Deno.mkdirSync(`${s.location}/distfiles`, { recursive: true });
    for (const path of [s.location, `${s.location}/distfiles`]) Deno.chownSync(path, WWW_DATA, WWW_DATA);
    s.configure(s.rcu({ "sync-rcu-ttl-days": "0", "sync-rcu-spare-snapshots": "0" }));
    const seen = watchIdentity(s);
    for (let id = 2; id <= 5; id++) {
      s.change((up) => writeUpstream(up, "app-misc/foo/metadata.xml", "x".repeat(id)));
      const { code, err } = await s.sync([], { FEATURES: "usersync" });
      assertEquals([id, code, err.includes("Warning")], [id, 0, false], err);
      assertEquals(Deno.readLinkSync(`${s.store}/latest`), `snapshots/${id}`);
      assertEquals(await ownersIn(s.snapshot(id)), ["33:33"]);
    }
    assertEquals(seen(), ["33:33 33 0022 /var/www www-data"]);
    assertEquals(s.snapshots().at(-1), "5");
  },
);

testUnless(
  withoutAccounts(),
  "D21 sync-user with RCU: syncs, fails, and syncs again without a trace of the failure",
  async () => {
    await using s = await openScenario();
    s.configure(s.rcu({ "sync-user": "www-data", "sync-rcu-ttl-days": "0", "sync-rcu-spare-snapshots": "0" }));
    const syncAChange = async () => {
      s.change();
      const { code, err } = await s.sync();
      return [code, err, s.snapshots().at(-1)];
    };
    assertEquals(await syncAChange(), [0, "", "1"]);
    assertEquals(await syncAChange(), [0, "", "2"]);
    s.wrapRsync({ transfer: "exit 11" });
    assertEquals((await syncAChange())[0], 13);
    s.wrapRsync({});
    assertEquals(await syncAChange(), [0, "", "3"]);
    assertEquals(await ownersIn(s.snapshot(3)), ["33:33"]);
    assertEquals(namesIn(s.store), [".rcusync", "latest", "snapshots"]);
  },
);

testUnless(withoutAccounts(), "a store that belongs to the sync user is in order for every command", async () => {
  await using s = await openScenario();
  Deno.mkdirSync(s.store);
  Deno.chownSync(s.store, WWW_DATA, WWW_DATA);
  s.configure(s.rcu({ "sync-user": "www-data:www-data" }));
  assertEquals((await s.sync()).code, 0);
  s.change();
  assertEquals((await s.sync()).code, 0);
  const reposConf = `${s.configRoot}/etc/portage/repos.conf`;
  for (const words of ["pin demo 1 --name kept", "gc demo", "rollback demo 1", "unpin demo kept", "doctor demo"]) {
    const { code, out, err } = await s.run(["--repos-conf", reposConf, ...words.split(" ")]);
    assertEquals([words, code], [words, 0], `${out}${err}`);
  }
  s.configure(s.rcu());
  const { code, err } = await s.run(["--repos-conf", reposConf, "gc", "demo"]);
  assertEquals(code, 14);
  assertStringIncludes(err, "belongs to user 33");
});

testUnless(withoutAccounts(), "in place, a first sync as another user that fails says why", async () => {
  await using s = await openScenario();
  s.configure({ "sync-allow-hardlinks": "no", "sync-user": "www-data:www-data" });
  s.wrapRsync({ transfer: "exit 11" });
  const { code, err } = await s.sync();
  assertEquals(code, 13, err);
});

testUnless(withoutAccounts(), "D30 links that the sync user puts into staging lead root nowhere", async () => {
  await using s = await openScenario();
  const victim = `${s.path}/victim`;
  Deno.mkdirSync(victim);
  Deno.mkdirSync(s.store);
  Deno.chownSync(s.store, WWW_DATA, WWW_DATA);
  for (let at = 0; at < 400; at++) writeUpstream(s.up, `app-misc/foo-${at}/metadata.xml`, "x");
  s.configure(s.rcu({ "sync-user": "www-data:www-data" }));
  assertEquals((await s.sync()).code, 0);
  const swap = `cd '${s.store}'; while :; do
    mv update/app-misc update/.aside && ln -s '${victim}' update/app-misc && mv -T update/app-misc update/.link
    mv -T update/.link update/app-misc; done 2>/dev/null`;
  const args = ["--reuid=33", "--regid=33", "--clear-groups", "bash", "-c", swap];
  await using attacker = new Deno.Command("setpriv", { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  const seen = new Set<number>();
  for (let round = 0; round < 5; round++) {
    s.change((up) => writeUpstream(up, "app-misc/foo-1/metadata.xml", String(round)));
    seen.add((await s.sync()).code);
  }
  attacker.kill("SIGKILL");
  await attacker.status;
  assertEquals(namesIn(victim), [], `exit ${[...seen].join(", ")}`);
  s.change();
  assertEquals((await s.sync()).code, 0);
});

/** Has the temporary directory be of this process's user alone, as libpam-tmpdir makes them. */
async function privateTmpScenario(): Promise<Scenario & { readonly portageTmp: string }> {
  const s = await openScenario();
  const portageTmp = `${s.path}/portage-tmp`;
  Deno.mkdirSync(portageTmp);
  Deno.chmodSync(portageTmp, 0o1777);
  s.configure({ "sync-user": "www-data" });
  return { ...s, portageTmp };
}

testUnless(
  withoutAccounts(),
  "sync-user finds its temporary files in PORTAGE_TMPDIR/portage, not in TMPDIR",
  async () => {
    await using s = await privateTmpScenario();
    Deno.chmodSync(`${s.path}/tmp`, 0o700);
    assertExit(await s.sync(["--dry-run"], { PORTAGE_TMPDIR: s.portageTmp }), 0);
    assertEquals(namesIn(s.portageTmp), []);
    assertExit(await s.sync([], { PORTAGE_TMPDIR: s.portageTmp }), 0);
    const { mode, uid } = Deno.statSync(`${s.portageTmp}/portage`);
    assertEquals([(mode ?? 0) & 0o7755, uid, namesIn(`${s.portageTmp}/portage`)], [0o755, 0, []]);
  },
);

testUnless(withoutAccounts(), "T154 without a PORTAGE_TMPDIR, or one in foreign hands, TMPDIR does", async () => {
  await using s = await privateTmpScenario();
  assertExit(await s.sync(["--force"], { PORTAGE_TMPDIR: `${s.path}/missing` }), 0);
  assertExit(await s.sync(["--force"], { PORTAGE_TMPDIR: "" }), 0);
  Deno.mkdirSync(`${s.portageTmp}/portage`);
  Deno.chmodSync(`${s.portageTmp}/portage`, 0o700);
  Deno.chownSync(`${s.portageTmp}/portage`, 54321, 54321);
  assertExit(await s.sync(["--force"], { PORTAGE_TMPDIR: s.portageTmp }), 0);
  assertEquals(namesIn(s.path).includes("missing"), false);
});

for (const [whose, uid, isUsed] of [["root's", 0, true], ["anybody else's", 54321, false]] as const) {
  const verb = isUsed ? "is followed" : "is not followed to what is root's";
  testUnless(withoutAccounts(), `PORTAGE_TMPDIR/portage that is ${whose} link ${verb}`, async () => {
    await using s = await privateTmpScenario();
    const [link, target] = [`${s.portageTmp}/portage`, `${s.path}/target`];
    Deno.mkdirSync(target);
    Deno.utimeSync(target, 1, 1);
    Deno.symlinkSync(target, link);
    systemFiles().lchown(link, uid, uid);
    assertExit(await s.sync([], { PORTAGE_TMPDIR: s.portageTmp }), 0);
    assertEquals(Deno.statSync(target).mtime?.getTime() !== 1000, isUsed);
  });
}

Deno.test("without another user to run as, TMPDIR alone is used", async () => {
  await using s = await scenario();
  s.configure();
  assertExit(await s.sync(), 0);
  assertEquals(namesIn(`${s.path}/tmp`), []);
});
