import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { asNobody } from "../support/as_nobody.ts";
import { startReader } from "../support/reader_process.ts";
import { type Options, type Scenario, scenario } from "../support/scenario.ts";
import { testUnless, withoutCommand, withoutRoot } from "../support/skip.ts";
import { treeOf } from "../support/tree_of.ts";

/** An RCU repository with two snapshots. */
async function synced(): Promise<Scenario> {
  const s = await scenario();
  s.configure(s.rcu());
  await s.sync();
  s.change();
  await s.sync();
  return s;
}

/** The kinds of findings, and the exit status. */
async function diagnose(s: Scenario, ...args: readonly string[]) {
  const { code, out, err } = await s.run(["doctor", "--json", ...args]);
  if (out === "") throw new Error(err);
  const [demo] = JSON.parse(out).repositories;
  const all: { check: string; advice: boolean; what: string; mend: string; fixed: boolean }[] = demo.findings;
  // Advice is about the machine that the tests run on.
  const found = all.filter(({ advice }) => !advice);
  return { code, found, checks: found.map(({ check }) => check) };
}

Deno.test("doctor finds nothing after a sync", async () => {
  await using s = await synced();
  assertEquals(await diagnose(s), { code: 0, found: [], checks: [] });
});

Deno.test("doctor tells of a location that is gone, says that recovery mends it, and does so with --fix", async () => {
  await using s = await synced();
  Deno.removeSync(s.location);
  const before = await treeOf(s.store);
  const { code, checks } = await diagnose(s);
  assertEquals({ code, checks }, { code: 14, checks: ["recovery"] });
  assertEquals(await treeOf(s.store), before);
  const fixed = await diagnose(s, "--fix");
  assertEquals({ code: fixed.code, fixed: fixed.found[0]?.fixed }, { code: 0, fixed: true });
  assertEquals(Deno.realPathSync(s.location), s.snapshot(2));
});

Deno.test("doctor --fix --dry-run changes nothing", async () => {
  await using s = await synced();
  Deno.removeSync(s.location);
  assertEquals((await diagnose(s, "--fix", "-n")).code, 14);
  assertEquals([...Deno.readDirSync(s.path)].some(({ name }) => name === "loc"), false);
});

Deno.test("doctor names the choice when latest is gone, and its command mends it", async () => {
  await using s = await synced();
  Deno.removeSync(`${s.store}/latest`);
  const { found } = await diagnose(s);
  const finding = found.find(({ check }) => check === "latest");
  assertEquals(finding?.mend, "rcusync rollback demo 2");
  assertEquals((await s.run(finding?.mend.split(" ").slice(1) ?? [])).code, 0);
  assertEquals((await diagnose(s)).code, 0);
});

Deno.test("doctor finds foreign files, pins of nothing, stale journals and snapshots from the future", async () => {
  await using s = await synced();
  Deno.writeTextFileSync(`${s.store}/notes.txt`, "x");
  Deno.mkdirSync(`${s.store}/snapshots/backup`);
  Deno.mkdirSync(`${s.store}/.rcusync/pins`, { recursive: true });
  Deno.writeTextFileSync(`${s.store}/.rcusync/pins/ci`, "77\n");
  Deno.writeTextFileSync(`${s.store}/.rcusync/journal/99`, "{}");
  const future = new Date(Date.now() + 86_400_000);
  Deno.utimeSync(s.snapshot(1), future, future);
  const { code, checks } = await diagnose(s);
  assertEquals({ code, checks }, { code: 14, checks: ["foreign", "foreign", "journals", "pin", "clock"] });
  await diagnose(s, "--fix");
  assertEquals((await diagnose(s)).checks, ["foreign", "foreign", "pin", "clock"]);
});

Deno.test("doctor finds own files that everybody can write to, closes them with --fix, and names pins it cannot read", async () => {
  await using s = await synced();
  await s.run(["pin", "demo", "--name", "ci"]);
  const [pin, journal] = [`${s.store}/.rcusync/pins/ci`, `${s.store}/.rcusync/journal/2`];
  for (const path of [pin, journal]) Deno.chmodSync(path, 0o666);
  Deno.writeTextFileSync(pin, "garbage");
  const { code, checks } = await diagnose(s, "--fix");
  assertEquals({ code, checks }, { code: 14, checks: ["own-files", "own-files", "pin"] });
  assertEquals([pin, journal].map((path) => (Deno.statSync(path).mode ?? 0) & 0o777), [0o664, 0o664]);
  assertEquals((await diagnose(s)).checks, ["pin"]);
});

Deno.test("doctor finds a directory beside a store with snapshots, and a store that everybody can write to", async () => {
  await using s = await synced();
  Deno.removeSync(s.location);
  Deno.mkdirSync(`${s.location}/profiles`, { recursive: true });
  Deno.chmodSync(s.store, 0o777);
  assertEquals((await diagnose(s)).checks, ["access", "second-tree"]);
});

Deno.test("doctor tells what is wrong with the configuration", async () => {
  await using s = await synced();
  s.configure(s.rcu({ "sync-rcu-store-dir": "relative" }));
  const { code, checks } = await diagnose(s);
  assertEquals(code, 14);
  assertEquals(checks.includes("configuration"), true);
});

/** What keeps a repository from being synced: by its options, or by what is done to the scene. */
const OBSTACLES: Readonly<Record<string, { readonly options?: Options; readonly config: number }>> = {
  "a URI of another scheme": { options: { "sync-uri": "http://127.0.0.1/demo" }, config: 10 },
  "an option that writes through hard links": { options: { "sync-rsync-extra-opts": "--inplace" }, config: 10 },
  "a key file that is not there": {
    options: { "sync-rsync-verify-metamanifest": "yes", "sync-openpgp-key-path": "/nowhere/key.asc" },
    config: 10,
  },
  "no key file at all": { options: { "sync-rsync-verify-metamanifest": "yes" }, config: 10 },
  "an account that does not exist": { options: { "sync-user": "nobody-of-that-name" }, config: 10 },
  "a location that is a file": { config: 0 },
};

for (const [what, { options, config }] of Object.entries(OBSTACLES)) {
  for (const storage of ["rcu", "quarantine"] as const) {
    Deno.test(`doctor and config find what a sync is refused for: ${what}, ${storage}`, async () => {
      await using s = await scenario();
      s.configure(storage === "rcu" ? s.rcu(options) : options);
      if (options === undefined) Deno.writeTextFileSync(s.location, "");
      assertEquals((await s.sync()).code, 10);
      assertEquals((await s.run(["config"])).code, config);
      const { code, checks, found } = await diagnose(s);
      assertEquals({ code, first: checks[0] }, { code: 14, first: "configuration" });
      const futile = found.filter(({ mend }) => mend === "rcusync sync demo");
      assertEquals(futile, []);
      assertEquals(new Set(found.map(({ what }) => what)).size, found.length);
    });
  }
}

for (const what of ["location", "key file", "store"] as const) {
  const reason = withoutRoot() ?? withoutCommand("setpriv");
  testUnless(reason, `who may not look at the ${what} is shown the configuration, and told so by doctor`, async () => {
    await using s = await scenario();
    const closed = `${s.path}/closed`;
    Deno.mkdirSync(closed);
    const key = { "sync-rsync-verify-metamanifest": "yes", "sync-openpgp-key-path": `${closed}/key` };
    const options = { location: { location: `${closed}/loc` }, "key file": {}, store: {} }[what];
    const rcu = what === "store" ? s.rcu({ "sync-rcu-store-dir": `${closed}/store` }) : {};
    s.configure({ ...options, ...rcu });
    assertEquals((await s.sync()).code, 0);
    if (what === "key file") s.configure(key);
    Deno.chmodSync(closed, 0o700);
    const user = asNobody(s);
    const config = await s.start(["config"], user).ended;
    assertEquals(config.code, 0, config.err);
    assertStringIncludes(config.out, "sync-uri");
    const { code, out } = await s.start(["doctor"], user).ended;
    assertEquals(code, 14);
    assertMatch(out, /^Permission denied .*closed/m);
    assertStringIncludes(out, "mend  Run rcusync as root, or as a user who may do that\n");
    assertEquals(out.includes("tamper"), false);
  });
}

Deno.test("a repository that is left to Portage is no finding, until it is named to sync", async () => {
  await using s = await scenario();
  const git = { location: `${s.path}/git`, "sync-type": "git", "sync-uri": "https://example.org/x.git" };
  s.writeSections({ demo: { location: s.location, "sync-type": "rsync", "sync-uri": s.uri, ...s.rcu() }, git });
  assertEquals((await s.sync()).code, 0);
  assertEquals((await s.run(["config"])).code, 0);
  assertEquals((await s.run(["gc"])).code, 0);
  const [, listed] = JSON.parse((await s.run(["list", "--json"])).out).repositories;
  assertEquals([listed.name, listed.faults], ["git", []]);
  const { code, out } = await s.run(["doctor"]);
  assertEquals(code, 0);
  assertStringIncludes(out, "mend  emaint sync -r git\n");
  Deno.mkdirSync(git.location);
  assertStringIncludes((await s.run(["doctor", "git"])).out, "git: all is well\n");
  assertEquals((await s.sync(["git"])).code, 10);
});

Deno.test("doctor does not tell how to sync an overlay under git that has no sync-type", async () => {
  await using s = await scenario();
  Deno.mkdirSync(`${s.location}/.git`, { recursive: true });
  s.writeSections({ demo: { location: s.location } });
  const { found } = await diagnose(s);
  assertEquals(found.map(({ what }) => /has no sync-type/.test(what)), [true]);
});

Deno.test("doctor finds that there is no rsync", async () => {
  await using s = await synced();
  s.change();
  const env = { PATH: s.bin };
  assertEquals((await s.sync([], env)).code, 10);
  const { code, out } = await s.run(["doctor"], env);
  assertEquals(code, 14);
  assertStringIncludes(out, "Cannot run rsync: it is not in PATH");
});

Deno.test("doctor tells doubts about the configuration as advice", async () => {
  await using s = await synced();
  s.configure(s.rcu({ "sync-rcu-recycel": "yes" }));
  const { code, out } = await s.run(["doctor"]);
  assertEquals(code, 0);
  assertMatch(out, /^Configuration: 1 finding\n.*sync-rcu-recycel.*\(advice\)/);
  assertStringIncludes(JSON.parse((await s.run(["doctor", "--json"])).out).warnings[0], "sync-rcu-recycel");
});

const noRoot = withoutRoot() ?? withoutCommand("unshare");

testUnless(noRoot, "doctor finds a bind mount in another namespace that is stuck on an old snapshot", async () => {
  await using s = await synced();
  const words = [s.snapshot(1), `${s.path}/chroot`];
  await using reader = await startReader('mkdir "$2"; mount --bind "$1" "$2"; cd /', words, {
    namespaces: ["--mount"],
  });
  const { code, found } = await diagnose(s);
  assertEquals({ code, checks: found.map(({ check }) => check) }, { code: 14, checks: ["stuck-mount"] });
  assertStringIncludes(found[0]?.what ?? "", `${s.path}/chroot shows snapshot 1, not 2, to process ${reader.pid}`);
});

testUnless(noRoot, "doctor finds a chroot that has the link but not the store, until the store is there", async () => {
  await using s = await scenario();
  const location = `${s.path}/repos/demo`;
  s.configure(s.rcu({ location }));
  await s.sync();
  const script = `
    mkdir -p "$1/chroot$1/repos"; mount --bind "$1/repos" "$1/chroot$1/repos"
    for dir in bin lib lib64 usr; do
      if [ -L "/$dir" ]; then cp -P "/$dir" "$1/chroot/$dir"
      elif [ -d "/$dir" ]; then mkdir "$1/chroot/$dir"; mount --bind "/$dir" "$1/chroot/$dir"; fi
    done`;
  const enter = 'exec chroot "$1/chroot" sh -c "cd /; $WAIT"';
  {
    await using reader = await startReader(script + "\n" + enter, [s.path], { namespaces: ["--mount"] });
    const { found, checks } = await diagnose(s);
    assertEquals(checks, ["store-not-visible"]);
    assertStringIncludes(found[0]?.what ?? "", `In the root of process ${reader.pid}`);
  }
  Deno.removeSync(`${s.path}/chroot`, { recursive: true });
  const withStore = `${script}\nmkdir "$1/chroot$1/store"; mount --bind "$1/store" "$1/chroot$1/store"\n${enter}`;
  await using _reader = await startReader(withStore, [s.path], { namespaces: ["--mount"] });
  assertEquals((await diagnose(s)).checks, []);
});

testUnless(noRoot, "doctor finds a store on a file system that has no room", async () => {
  await using s = await synced();
  const [unshare, ...words] = ["unshare", "--mount", "sh", "-euc"];
  const script = 'mount -t tmpfs -o size=8m,nr_inodes=5000 t "$1"; cp -a "$2/." "$1"; shift 2; exec "$@"';
  Deno.mkdirSync(`${s.path}/small`);
  s.configure(s.rcu({ "sync-rcu-store-dir": `${s.path}/small` }));
  const { code, out } = await s.start(["doctor"], [unshare ?? "", ...words, script, "sh", `${s.path}/small`, s.store])
    .ended;
  assertEquals(code, 14);
  assertStringIncludes(out, "MiB are free");
  assertStringIncludes(out, "inodes are free");
});

testUnless(noRoot, "doctor finds a chroot that nobody is in, by what is mounted there", async () => {
  await using s = await scenario();
  s.configure(s.rcu({ location: `${s.path}/repos/demo` }));
  await s.sync();
  const script = 'mkdir -p "$1/chroot$1/repos"; mount --bind "$1/repos" "$1/chroot$1/repos"; shift; exec "$@"';
  const { code, out } = await s.start(["doctor"], ["unshare", "--mount", "sh", "-euc", script, "sh", s.path]).ended;
  assertEquals(code, 14);
  assertStringIncludes(out, `In the chroot ${s.path}/chroot, ${s.path}/repos/demo is a link to what is not there\n`);
});

for (const [storage, options] of [["in place", { "sync-allow-hardlinks": "no" }], ["quarantine", {}]] as const) {
  testUnless(
    noRoot,
    `doctor finds a location that is mounted read-only, where a sync ends with 14: ${storage}`,
    async () => {
      await using s = await scenario();
      s.configure(options);
      await s.sync();
      s.change((up) => Deno.writeTextFileSync(`${up}/profiles/new`, "x"));
      const script = 'mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; shift; exec "$@"';
      const under = ["unshare", "--mount", "sh", "-euc", script, "sh", s.location];
      const { code, out } = await s.start(["doctor"], under).ended;
      assertEquals(code, 14);
      assertStringIncludes(out, `"${s.location}" is on "${s.location}", which is mounted read-only`);
      const synced = await s.start(["sync"], under).ended;
      assertEquals(synced.code, 14);
      assertMatch(synced.err, /Cannot write to "demo".*read-only/);
      // What is there can be looked at all the same.
      assertEquals((await s.start(["sync", "-n"], under).ended).code, 0);
    },
  );
}
