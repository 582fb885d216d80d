import { assertEquals, assertStringIncludes } from "@std/assert";
import { exists } from "../support/entries.ts";
import { type Options, type Scenario, scenario } from "../support/scenario.ts";
import { syncHere } from "../support/sync_here.ts";
import { writeUpstream } from "../support/upstream_tree.ts";

/** A section that is synced from `s.up`, which gives it no other name, into a directory called like the section. */
function section(s: Scenario, name: string, options: Options = {}): Options {
  return { location: `${s.path}/${name}`, "sync-type": "rsync", "sync-uri": s.uri, ...options };
}

/** Which of these have a tree. */
function synced(s: Scenario, ...names: readonly string[]): string[] {
  return names.filter((name) => exists(`${s.path}/${name}/profiles/eapi`));
}

/** An upstream that says neither its name nor its masters. */
function anonymous(s: Scenario): void {
  Deno.removeSync(`${s.up}/profiles/repo_name`);
}

/** Ends every probe at once: who is asked, and in which order, is all that counts. */
const REFUSE = { probe: "exit 1" };

/** The repositories in the order in which they were begun. */
function begun(out: string): string[] {
  return events(out).filter(({ event }) => event === "start").map(({ repository }) => String(repository));
}

function events(out: string): Record<string, unknown>[] {
  return out.trimEnd().split("\n").map((line) => JSON.parse(line));
}

const RCU_WORDS = [["yes", true], ["TRUE", true], ["1", false], ["on", false], ["", false], [
  "yes ; c",
  false,
]] as const;

Deno.test("T20 sync-rcu is on for yes and true alone", async () => {
  await using s = await scenario();
  s.wrapRsync(REFUSE);
  s.writeSections(Object.fromEntries(
    RCU_WORDS.map(([word], at) => [
      `r${at}`,
      section(s, `r${at}`, { "sync-rcu": word, "sync-rcu-store-dir": `${s.path}/store${at}` }),
    ]),
  ));
  const { out } = await syncHere(s, { args: ["--json"] });
  const kinds = events(out).filter(({ event }) => event === "start").map(({ storage }) => storage);
  assertEquals(kinds, RCU_WORDS.map(([, rcu]) => rcu ? "hardlink_rcu" : "hardlink_quarantine"));
});

Deno.test("T21 an empty sync-allow-hardlinks syncs in place", async () => {
  await using s = await scenario();
  s.configure({ "sync-allow-hardlinks": "" });
  s.wrapRsync({});
  assertEquals((await s.sync()).code, 0);
  assertEquals(s.calls().at(-1)?.at(-1), s.location);
});

Deno.test("T22 a number that is none is refused, and the repository named", async () => {
  await using s = await scenario();
  s.configure(s.rcu({ "sync-rcu-ttl-days": "7.5" }));
  const { err } = await s.sync();
  assertStringIncludes(err, "sync-rcu-ttl-days");
  assertStringIncludes(err, "demo");
});

Deno.test("T23 auto-sync is on for yes and true alone, and a doubtful word is warned of", async () => {
  await using s = await scenario();
  s.wrapRsync(REFUSE);
  s.writeSections({
    a: section(s, "a", { "auto-sync": "True" }),
    b: section(s, "b", { "auto-sync": "1" }),
    c: section(s, "c", { "auto-sync": "" }),
  });
  const { out, err } = await syncHere(s, { args: ["--json"] });
  assertEquals(begun(out), ["a"]);
  assertEquals(err.match(/auto-sync/g)?.length, 2);
});

Deno.test("T24 an unknown sync-type fails its repository without a trace, and others are synced", async () => {
  await using s = await scenario();
  anonymous(s);
  s.writeSections({ a: section(s, "a"), x: section(s, "x", { "sync-type": "RSYNC" }) });
  const both = await s.sync();
  assertEquals([both.code, synced(s, "a", "x"), exists(`${s.path}/x`)], [3, ["a"], false]);
  assertStringIncludes(both.err, "RSYNC");
  assertEquals((await s.sync(["x"])).code, 10);
});

Deno.test("T25 T66 a repository without sync-uri fails alone, and not at all when another one is named", async () => {
  await using s = await scenario();
  anonymous(s);
  s.writeSections({ a: section(s, "a"), d: section(s, "d", { "sync-uri": undefined }) });
  assertEquals((await s.sync(["a"])).code, 0);
  const { code, out, err } = await s.sync();
  assertEquals([code, synced(s, "a", "d")], [3, ["a"]]);
  assertStringIncludes(out, "a  up to date");
  assertStringIncludes(err, "no sync-uri");
});

Deno.test("T26 a section without location is named, and does not harm the others", async () => {
  await using s = await scenario();
  anonymous(s);
  s.writeSections({ a: section(s, "a"), b: section(s, "b", { location: undefined }) });
  const { code, err } = await s.sync();
  assertEquals([code, synced(s, "a")], [0, ["a"]]);
  assertStringIncludes(err, '"b"');
});

Deno.test("T27 repositories without sync-type are none to sync, and fail when named", async () => {
  await using s = await scenario();
  s.writeSections({ a: { location: `${s.path}/a` }, b: { location: `${s.path}/b` } });
  const { code, err } = await s.sync();
  assertEquals([code, err], [0, "rcusync: Nothing to sync: no repository auto-syncs\n"]);
  const named = await s.sync(["a", "b"]);
  assertEquals(named.code, 10);
  assertStringIncludes(named.err, "sync-type");
});

Deno.test("T28 a repository answers to its section and to its real name", async () => {
  await using s = await scenario();
  writeUpstream(s.up, "profiles/repo_name", "realname\n");
  s.writeSections({ a: section(s, "a") });
  const first = await s.sync();
  assertEquals([first.code, first.out.split(" ")[0]], [0, "a"]);
  const second = await s.sync();
  assertEquals([second.code, second.out.split(" ")[0]], [0, "realname"]);
  assertEquals([(await s.sync(["a"])).code, (await s.sync(["realname"])).code], [0, 0]);
  assertEquals((await s.sync(["nosuch"])).code, 10);
});

Deno.test("T30 without masters the order is by priority, then by name", async () => {
  await using s = await scenario();
  s.wrapRsync(REFUSE);
  const sections = ["b", "a", "c"].map((name) => [name, section(s, name)] as const);
  s.writeSections({
    ...Object.fromEntries(sections),
    d: section(s, "d", { priority: "50" }),
    e: section(s, "e", { priority: "-7" }),
  });
  const { code, out } = await syncHere(s, { args: ["--json"] });
  assertEquals([code, begun(out)], [13, ["e", "a", "b", "c", "d"]]);
});

Deno.test("T31 masters come first once the local copy names them, with several jobs too", async () => {
  await using s = await scenario();
  s.wrapRsync(REFUSE);
  s.writeSections({ a: section(s, "a"), b: section(s, "b"), m: section(s, "m") });
  assertEquals(begun((await syncHere(s, { args: ["--json"] })).out), ["a", "b", "m"]);
  writeUpstream(`${s.path}/a`, "metadata/layout.conf", "masters = m\n");
  const { out } = await syncHere(s, { args: ["--json", "--jobs=2"] });
  assertEquals(begun(out), ["b", "m", "a"]);
  const order = events(out).filter(({ event }) => event === "start" || event === "done")
    .map(({ event, repository }) => `${event} ${repository}`);
  // Two at a time, but a not before its master has ended.
  assertEquals(order.slice(0, 2), ["start b", "start m"]);
  assertEquals(order.slice(4), ["start a", "done a"]);
});

Deno.test("T32 masters that go round in a circle are all synced once", async () => {
  await using s = await scenario();
  anonymous(s);
  s.writeSections({ a: section(s, "a", { masters: "b" }), b: section(s, "b", { masters: "a" }) });
  const { code, out } = await s.sync(["--jobs=2"]);
  assertEquals([code, synced(s, "a", "b"), out.match(/updated/g)?.length], [0, ["a", "b"], 2]);
});

Deno.test("T33 sync-rcu without hard links or without a store is refused before anything is made", async () => {
  await using s = await scenario();
  s.wrapRsync({});
  s.writeSections({
    a: section(s, "a", { "sync-rcu": "yes", "sync-rcu-store-dir": `${s.path}/sa`, "sync-allow-hardlinks": "no" }),
    b: section(s, "b", { "sync-rcu": "yes" }),
    c: section(s, "c", { "sync-rcu": "yes", "sync-rcu-store-dir": "" }),
  });
  const { code } = await s.sync();
  assertEquals([code, s.calls(), ["a", "b", "c", "sa"].filter((name) => exists(`${s.path}/${name}`))], [10, [], []]);
});

Deno.test("T34 a volatile repository has no revisions: true and unset below a scratch path, not YES", async () => {
  await using s = await scenario();
  anonymous(s);
  s.writeSections({
    a: section(s, "a", { volatile: "YES" }),
    b: section(s, "b", { volatile: "true" }),
    c: section(s, "c"),
  });
  assertEquals((await s.sync(["--jobs=2"])).code, 0);
  const history = JSON.parse(Deno.readTextFileSync(`${s.root}/var/lib/portage/repo_revisions`));
  assertEquals(Object.keys(history), ["a"]);
});

Deno.test("all that failed alike end with their own status, some that failed with 3, all in their ways with 1", async () => {
  await using s = await scenario();
  anonymous(s);
  const dead = { "sync-uri": "rsync://127.0.0.1:1/demo" };
  s.writeSections({
    good: section(s, "good"),
    dead: section(s, "dead", dead),
    gone: section(s, "gone", dead),
    none: section(s, "none", { "sync-type": "RSYNC" }),
  });
  const codes = [];
  for (const names of [["dead", "gone"], ["good", "dead"], ["dead", "none"], ["none"]]) {
    codes.push((await syncHere(s, { args: names })).code);
  }
  assertEquals(codes, [13, 3, 1, 10]);
});
