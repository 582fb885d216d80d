import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { exists } from "../support/entries.ts";
import * as openpgp from "openpgp";
import { systemClock } from "../../lib/host/clock.ts";
import { assertExit } from "../support/assert_exit.ts";
import { kindsOf } from "../support/rsync_calls.ts";
import { type Options, type Scenario, scenario } from "../support/scenario.ts";
import { overwriteAtSameTime } from "../support/same_time.ts";
import { type SignedMirror, signedMirror, syncUnpaused } from "../support/signed_mirror.ts";
import { timestampOf } from "../support/signed_tree.ts";
import { signingKey } from "../support/signing_key.ts";
import { networkOf } from "../support/sync_here.ts";
import { treeOf } from "../support/tree_of.ts";
import { writeUpstream } from "../support/upstream_tree.ts";

const FOO = "app-misc/foo/metadata.xml";
const LATER = new Date("2024-01-01T00:00:00Z");

/** Signs what the mirror has, and brings it here. */
async function syncedMirror(s: Scenario, options: Options = s.rcu()): Promise<SignedMirror> {
  const mirror = await signedMirror(s);
  s.configure({ ...options, ...mirror.options });
  assertExit(await syncUnpaused(s), 0);
  return mirror;
}

/** The mirror publishes `world` in place of `hello`, but serves something else for it. */
async function publishTampered(s: Scenario, { publish }: SignedMirror): Promise<void> {
  await publish((up) => writeUpstream(up, FOO, "world", LATER));
  writeUpstream(s.up, FOO, "WORLD", LATER);
}

function read(path: string): string {
  return Deno.readTextFileSync(path);
}

const rejected = ({ store }: Scenario) => `${store}/.rcusync/rejected`;

Deno.test("T120 T127 a good tree is published, with no program but rsync on the host", async () => {
  await using s = await scenario();
  const { options } = await signedMirror(s);
  s.configure(s.rcu(options));
  s.wrapRsync({});
  assertExit(await s.sync([], { PATH: s.bin }), 0);
  assertEquals([s.snapshots(), read(`${s.location}/${FOO}`)], [["1"], "hello"]);
  const { verified } = JSON.parse(read(`${s.store}/.rcusync/journal/1`));
  assertEquals(verified, true);
});

Deno.test("T121 what is not what was signed is kept for inspection; the next good tree is published", async () => {
  await using s = await scenario();
  const mirror = await syncedMirror(s);
  await publishTampered(s, mirror);
  const ran = await syncUnpaused(s);
  assertExit(ran, 12, /metadata\.xml": Wrong contents: expected BLAKE2B/);
  assertEquals([s.snapshots(), read(`${s.location}/${FOO}`), ran.pausesMs], [["1"], "hello", [2000, 2000]]);
  assertEquals([exists(`${s.store}/update`), read(`${rejected(s)}/tree/${FOO}`)], [false, "WORLD"]);
  const report = JSON.parse(read(`${rejected(s)}/report.json`));
  assertEquals(report.problems.map(({ code, path }: Record<string, string>) => [code, path]), [["digest", FOO]]);

  await mirror.publish((up) => writeUpstream(up, FOO, "world", LATER));
  assertExit(await syncUnpaused(s), 0);
  assertEquals([s.snapshots(), read(`${s.location}/${FOO}`)], [["1", "2"], "world"]);
  assertEquals(exists(rejected(s)), false);
});

Deno.test("T122 the quarantine is kept until the next sync, and the tree is as it was", async () => {
  await using s = await scenario();
  const mirror = await syncedMirror(s, {});
  const before = [...await treeOf(s.location)].slice(1);
  const quarantine = `${s.location}/.tmp-unverified-download-quarantine`;
  await publishTampered(s, mirror);
  assertExit(await syncUnpaused(s), 12);
  assertEquals([read(`${quarantine}/${FOO}`), read(`${s.location}/${FOO}`)], ["WORLD", "hello"]);
  await mirror.publish((up) => writeUpstream(up, FOO, "hello"));
  assertExit(await syncUnpaused(s), 0);
  assertEquals(exists(quarantine), false);
  const paths = (tree: typeof before) => tree.map(([path]) => path);
  assertEquals(paths([...await treeOf(s.location)].slice(1)), paths(before));
});

Deno.test("T123 in place, a tree that does not verify goes on failing", async () => {
  await using s = await scenario();
  const mirror = await syncedMirror(s, { "sync-allow-hardlinks": "no" });
  await publishTampered(s, mirror);
  const ran = await syncUnpaused(s);
  assertExit(ran, 12, /loc was changed already and does not verify; the next good sync mends it/);
  assert(!ran.err.includes("Nothing was published"));
  assertExit(await syncUnpaused(s), 12);
  await mirror.publish((up) => writeUpstream(up, FOO, "world", LATER));
  assertExit(await syncUnpaused(s), 0);
});

Deno.test("in place, a sync that is killed before the tree is verified does not make it pass for verified", async () => {
  await using s = await scenario();
  const mirror = await syncedMirror(s, { "sync-allow-hardlinks": "no" });
  await publishTampered(s, mirror);
  const seen: boolean[] = [];
  const sleep = () => {
    // Between the check that fails and the second look: as a kill would leave it.
    seen.push(exists(`${s.location}/metadata/timestamp.chk`));
    return Promise.resolve();
  };
  assertExit(await syncUnpaused(s, { clock: { ...systemClock, sleep } }), 12);
  assertEquals(seen, [false]);
});

Deno.test("T124 the signature of another key is refused at once, and no other mirror is asked", async () => {
  await using s = await scenario();
  const mirror = await signedMirror(s);
  Deno.writeTextFileSync(mirror.keyPath, (await signingKey()).publicText());
  s.configure(s.rcu({ ...mirror.options, "sync-uri": s.uri.replace("127.0.0.1", "mirror.test") }));
  s.wrapRsync({});
  const ran = await syncUnpaused(s, { network: networkOf("127.0.0.1", "127.0.0.1") });
  assertExit(ran, 12, /Signed by the unknown key/);
  assertEquals([ran.pausesMs, s.snapshots(), kindsOf(s).filter((k) => k === "plan").length], [[], [], 1]);
  assert(exists(`${rejected(s)}/tree`));
  assertEquals(exists(s.location), false);
});

const UNSIGNED: Readonly<Record<string, (s: Scenario, mirror: SignedMirror) => Promise<void> | void>> = {
  "an unsigned Manifest": ({ up }) => Deno.writeTextFileSync(`${up}/Manifest`, "TIMESTAMP 2026-01-02T03:04:05Z\n"),
  "no Manifest": ({ up }) => Deno.removeSync(`${up}/Manifest`),
  "no TIMESTAMP": async ({ up }, { key }) =>
    Deno.writeTextFileSync(`${up}/Manifest`, await key.clearsign(manifestWithoutTime(read(`${up}/Manifest`)))),
};

function manifestWithoutTime(signed: string): string {
  return signed.split("\n").filter((line) => line.startsWith("MANIFEST ")).join("\n");
}

for (const [what, spoil] of Object.entries(UNSIGNED)) {
  Deno.test(`T125 ${what} fails cleanly`, async () => {
    await using s = await scenario();
    const mirror = await syncedMirror(s);
    await mirror.publish();
    await spoil(s, mirror);
    const ran = await syncUnpaused(s);
    assertExit(ran, 12, /does not verify: "Manifest"/);
    assertEquals([s.snapshots(), exists(`${s.store}/update`), ran.pausesMs], [["1"], false, []]);
  });
}

for (const [what, path] of [["missing", "/nonexistent/key.asc"], ["empty", ""], ["garbage", "/etc/passwd"]] as const) {
  Deno.test(`T126 with a key file that is ${what} nothing is transferred`, async () => {
    await using s = await scenario();
    const { options } = await signedMirror(s);
    s.configure(s.rcu({ ...options, "sync-openpgp-key-path": path }));
    s.wrapRsync({});
    assertExit(await syncUnpaused(s), 10, /key/);
    assertEquals([kindsOf(s), s.snapshots(), exists(s.location)], [[], [], false]);
  });
}

Deno.test("T128 a tree from this machine is verified like any other", async () => {
  await using s = await scenario();
  const mirror = await syncedMirror(s, s.rcu({ "sync-uri": `file://${s.up}` }));
  await publishTampered(s, mirror);
  assertExit(await syncUnpaused(s), 12);
  assertEquals(s.snapshots(), ["1"]);
});

Deno.test("T129 a tree that is years old is published with a warning", async () => {
  await using s = await scenario();
  const mirror = await signedMirror(s);
  await mirror.sign("2020-01-02T03:04:05Z");
  s.configure(s.rcu({ ...mirror.options, "sync-rsync-verify-max-age": "3" }));
  assertExit(await syncUnpaused(s), 0, /Warning: Made at 2020-01-02.*more than 3/);
  // A sync without a change warns, too.
  assertExit(await syncUnpaused(s), 0, /Warning: Made at 2020-01-02.*more than 3/);
});

Deno.test("T130 numbers that cannot be meant are warned of, and the tree is verified", async () => {
  await using s = await scenario();
  const mirror = await signedMirror(s);
  s.configure(s.rcu({ ...mirror.options, "sync-rsync-verify-max-age": "-1", "sync-rsync-verify-jobs": "-2" }));
  const ran = await syncUnpaused(s);
  assertExit(ran, 0, /verify-max-age/);
  assertStringIncludes(ran.err, "verify-jobs");
  await publishTampered(s, mirror);
  assertExit(await syncUnpaused(s), 12);
});

Deno.test("T131 an unlisted file fails; dot files, distfiles and empty directories pass", async () => {
  await using s = await scenario();
  const mirror = await syncedMirror(s);
  await mirror.publish();
  writeUpstream(s.up, ".dot", "dot");
  writeUpstream(s.up, "distfiles/f", "dist");
  Deno.mkdirSync(`${s.up}/eclass/empty`);
  assertExit(await syncUnpaused(s), 0);
  await mirror.publish();
  writeUpstream(s.up, "eclass/stray", "stray");
  const compared = await syncUnpaused(s, { args: ["--strategy", "plan"] });
  assertExit(compared, 12, /"eclass\/stray": Not listed in any Manifest/);
  assertEquals(s.snapshots(), ["1", "2"]);
  assertExit(await syncUnpaused(s), 0);
  assertEquals([s.snapshots(), exists(`${s.location}/eclass/stray`)], [["1", "2", "3"], false]);
});

Deno.test("all problems are told, and each is an event of --json", async () => {
  await using s = await scenario();
  const mirror = await syncedMirror(s);
  await publishTampered(s, mirror);
  writeUpstream(s.up, "eclass/stray", "stray");
  const { code, out } = await syncUnpaused(s, { args: ["--json"] });
  const events = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  const told = events.filter(({ event }) => event === "warning").map(({ message }) => message);
  assertEquals([code, events.find(({ event }) => event === "done")?.error.kind], [12, "verification"]);
  for (const path of [FOO, "eclass/stray"]) assert(told.some((message) => message.startsWith(`"${path}": `)));
});

Deno.test("a tree that was signed earlier than the published one is refused, unless that is allowed", async () => {
  await using s = await scenario();
  const mirror = await syncedMirror(s);
  await mirror.publish((up) => writeUpstream(up, FOO, "old news", LATER));
  await mirror.sign(timestampOf(new Date(Date.now() - 86_400_000)));
  const ran = await syncUnpaused(s);
  assertExit(ran, 12, /before the state of/);
  assertEquals([s.snapshots(), ran.pausesMs], [["1"], []]);
  assertExit(await syncUnpaused(s, { args: ["--allow-older"] }), 0);
  assertEquals(read(`${s.location}/${FOO}`), "old news");
});

Deno.test("T153 what was accepted is remembered when it is not published any more", async () => {
  await using s = await scenario();
  const mirror = await syncedMirror(s);
  await mirror.publish((up) => writeUpstream(up, FOO, "news", LATER));
  assertExit(await syncUnpaused(s), 0);
  await mirror.publish((up) => writeUpstream(up, FOO, "old news", LATER));
  await mirror.sign(timestampOf(new Date(Date.now() - 86_400_000)));
  assertEquals((await s.run(["rollback", "demo", "1"])).code, 0);
  assertExit(await syncUnpaused(s), 12, /before the state of.*--allow-older/s);
  for (const forget of [() => {}, () => Deno.removeSync(`${s.store}/latest`)]) {
    forget();
    assertExit(await syncUnpaused(s), 12, /before the state of/);
  }
  assertExit(await syncUnpaused(s, { args: ["--allow-older"] }), 0);
  assertEquals(read(`${s.location}/${FOO}`), "old news");
  // That is what is accepted from now on.
  Deno.removeSync(`${s.store}/latest`);
  assertExit(await syncUnpaused(s), 0);
});

Deno.test("of mirrors the one that is behind is passed over, without a pause", async () => {
  await using s = await scenario();
  const mirror = await syncedMirror(s);
  const uri = s.uri.replace("127.0.0.1", "mirror.test");
  s.configure(s.rcu({ ...mirror.options, "sync-uri": uri, "sync-rcu-strategy": "plan" }));
  const top = `${s.path}/top`;
  await mirror.publish((up) => writeUpstream(up, FOO, "world", LATER));
  Deno.copyFileSync(`${s.up}/Manifest`, top);
  await mirror.sign(timestampOf(new Date(Date.now() - 86_400_000)));
  const count = `echo >> '${s.path}/plans'; [ $(wc -l < '${s.path}/plans') -lt 2 ]`;
  s.wrapRsync({ plan: `${count} || cp -p '${top}' '${s.up}/Manifest'; exec "$RSYNC" "$@"` });
  const ran = await syncUnpaused(s, { network: networkOf("127.0.0.1", "127.0.0.1") });
  assertExit(ran, 0, /before the state of/);
  assertEquals([ran.pausesMs, read(`${s.location}/${FOO}`), exists(rejected(s))], [[], "world", false]);
});

Deno.test("a state that none of today's keys has signed was another repository's", async () => {
  await using s = await scenario();
  await syncedMirror(s);
  const other = await signedMirror(s, await signingKey());
  await other.publish((up) => writeUpstream(up, FOO, "other", LATER));
  await other.sign(timestampOf(new Date(Date.now() - 86_400_000)));
  s.configure(s.rcu(other.options));
  assertExit(await syncUnpaused(s), 0);
  assertEquals(read(`${s.location}/${FOO}`), "other");
});

Deno.test("T146 an old tree is refused where that is asked for", async () => {
  await using s = await scenario();
  const mirror = await signedMirror(s);
  await mirror.sign("2020-01-02T03:04:05Z");
  const options = { "sync-rsync-verify-max-age": "3", "sync-rsync-verify-max-age-action": "fail" };
  s.configure(s.rcu({ ...mirror.options, ...options }));
  assertExit(await syncUnpaused(s), 12, /Made at 2020-01-02.*more than 3/);
  assertEquals(s.snapshots(), []);
});

Deno.test("hidden names of a mirror do not come with a verified tree, and do not stay in one", async () => {
  await using s = await scenario();
  const mirror = await signedMirror(s);
  const hidden = ["app-misc/foo/.evil.ebuild", ".evil/x"];
  const hide = () => hidden.forEach((path) => writeUpstream(s.up, path, "evil"));
  hide();
  s.configure(s.rcu());
  assertExit(await syncUnpaused(s), 0);
  assertEquals(hidden.map((path) => exists(`${s.location}/${path}`)), [true, true]);
  s.configure(s.rcu(mirror.options));
  for (const strategy of ["plan", "manifest", "full"]) {
    await mirror.publish((up) => writeUpstream(up, FOO, `by ${strategy}`, LATER));
    hide();
    assertExit(await syncUnpaused(s, { args: ["--strategy", strategy] }), 0);
    assertEquals([strategy, ...hidden.filter((path) => exists(`${s.location}/${path}`))], [strategy]);
  }
});

Deno.test("not everybody may write to what a mirror sends, whatever it says", async () => {
  await using s = await scenario();
  const mirror = await syncedMirror(s);
  const strategies = ["manifest", "plan"];
  for (const strategy of strategies) {
    await mirror.publish((up) => writeUpstream(up, FOO, `by ${strategy}`, LATER));
    for (const [path, mode] of [[FOO, 0o666], ["app-misc/foo", 0o777], ["eclass", 0o757]] as const) {
      Deno.chmodSync(`${s.up}/${path}`, mode);
    }
    assertExit(await syncUnpaused(s, { args: ["--strategy", strategy] }), 0);
    const modes = [...(await treeOf(s.snapshot(s.snapshots().length))).values()].map(({ mode }) => mode & 0o002);
    assertEquals(new Set(modes), new Set([0]));
  }
});

Deno.test("a key that was revoked meanwhile is noticed when the tree is up to date", async () => {
  await using s = await scenario();
  const { key, keyPath } = await syncedMirror(s);
  const { publicKey } = await openpgp.revokeKey({ key: key.privateKey, format: "object" });
  Deno.writeTextFileSync(keyPath, publicKey.armor());
  s.wrapRsync({});
  assertExit(await syncUnpaused(s), 12, /not to be trusted any more: "Manifest": Key [0-9A-F]+ is revoked/);
  assertEquals([s.calls().length, s.snapshots()], [1, ["1"]]);
});

Deno.test("a mirror that was caught in the middle of its own update is asked again after a pause", async () => {
  await using s = await scenario();
  const mirror = await syncedMirror(s);
  await publishTampered(s, mirror);
  const sleep = (ms: number) => {
    assertEquals(ms, 2000);
    // The same size and time: the file that came first must not stand in for this one.
    writeUpstream(s.up, FOO, "world", LATER);
    return Promise.resolve();
  };
  assertExit(await syncUnpaused(s, { clock: { ...systemClock, sleep } }), 0, /asked again/);
  assertEquals([s.snapshots(), read(`${s.location}/${FOO}`), exists(rejected(s))], [["1", "2"], "world", false]);
});

Deno.test("when the tree of one mirror is bad, that of the next is taken", async () => {
  await using s = await scenario();
  const mirror = await syncedMirror(s);
  const uri = s.uri.replace("127.0.0.1", "mirror.test");
  s.configure(s.rcu({ ...mirror.options, "sync-uri": uri, "sync-rcu-strategy": "plan" }));
  await publishTampered(s, mirror);
  const good = `${s.path}/good`;
  writeUpstream(good, "metadata.xml", "world", LATER);
  const count = `echo >> '${s.path}/plans'; [ $(wc -l < '${s.path}/plans') -lt 3 ]`;
  s.wrapRsync({ plan: `${count} || cp -p '${good}/metadata.xml' '${s.up}/${FOO}'; exec "$RSYNC" "$@"` });
  const ran = await syncUnpaused(s, { network: networkOf("127.0.0.1", "127.0.0.1") });
  assertExit(ran, 0, /does not verify/);
  assertEquals([ran.pausesMs, read(`${s.location}/${FOO}`), exists(rejected(s))], [[2000], "world", false]);
});

Deno.test("a file of the published tree that was damaged is fetched anew with the next change that is compared", async () => {
  await using s = await scenario();
  const mirror = await syncedMirror(s);
  const damaged = `${s.snapshot(1)}/${FOO}`;
  overwriteAtSameTime(damaged, "HELLO");
  await mirror.publish((up) => writeUpstream(up, "eclass/new.eclass", "new"));
  assertExit(await syncUnpaused(s, { args: ["--strategy=plan"] }), 0);
  assertEquals([read(`${s.location}/${FOO}`), read(damaged)], ["hello", "HELLO"]);
});

Deno.test("a part of a tree that is to be verified is not synced", async () => {
  await using s = await scenario();
  await syncedMirror(s);
  assertExit(await syncUnpaused(s, { args: ["--submodule", "news"] }), 10, /cover it as a whole/);
});

Deno.test("status shows what was rejected, and gc removes it", async () => {
  await using s = await scenario();
  const mirror = await syncedMirror(s);
  const statusOf = async () => JSON.parse((await s.run(["status", "--json"])).out).repositories[0];
  assertEquals((await statusOf()).rejected, null);
  await publishTampered(s, mirror);
  assertExit(await syncUnpaused(s), 12);
  const { rejected: { path, problemCount, problems, uri } } = await statusOf();
  assertEquals([path, problemCount, uri, problems[0].path], [`${rejected(s)}/tree`, 1, s.uri, FOO]);
  assertMatch((await s.run(["status"])).out, /Rejected on .*: 1 problem, from rsync:.*; kept as .*rejected\/tree/);
  assertMatch((await s.run(["gc", "--dry-run"])).out, /rejected\/tree, which did not verify, would be removed/);
  assert(exists(path));
  assertExit(await s.run(["gc"]), 0);
  assertEquals([(await statusOf()).rejected, exists(rejected(s)), s.snapshots()], [null, false, ["1"]]);
});
