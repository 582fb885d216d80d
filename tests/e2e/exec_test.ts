import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { appears } from "../support/appears.ts";
import { asNobody } from "../support/as_nobody.ts";
import { type Scenario, scenario } from "../support/scenario.ts";
import { testUnless, withoutCommand, withoutRoot } from "../support/skip.ts";
import { writeUpstream } from "../support/upstream_tree.ts";

/** A scenario with snapshot 1, and snapshots that expire at once. */
async function synced(): Promise<Scenario> {
  const s = await scenario();
  s.configure(s.rcu({ "sync-rcu-ttl-days": "0", "sync-rcu-spare-snapshots": "0" }));
  const { code, err } = await s.sync();
  assertEquals(code, 0, err);
  return s;
}

function exec(s: Scenario, ...args: readonly string[]) {
  return s.run(["exec", ...args]);
}

Deno.test("exec gives a command the path and the number of the leased snapshot", async () => {
  await using s = await synced();
  const { code, out } = await exec(s, "demo", "--", "sh", "-c", 'echo "$RCUSYNC_SNAPSHOT $RCUSYNC_PATH"');
  assertEquals({ code, out }, { code: 0, out: `1 ${s.snapshot(1)}\n` });
});

Deno.test("exec gives Portage a configuration whose location is the snapshot, with nothing to sync", async () => {
  await using s = await synced();
  const { out } = await exec(s, "demo", "--", "sh", "-c", 'echo "$PORTAGE_REPOSITORIES"');
  assertStringIncludes(out, `[demo]\nlocation = ${s.snapshot(1)}\n`);
  assertEquals(/^(auto-)?sync/m.test(out), false);
  const again = await s.run(["exec", "demo", "--", "sh", "-c", 'echo "$RCUSYNC_PATH"'], {});
  assertEquals(again.out, `${s.snapshot(1)}\n`);
});

Deno.test("exec ends with the status of its command, and with 128 and more after a signal", async () => {
  await using s = await synced();
  assertEquals((await exec(s, "demo", "--", "sh", "-c", "exit 42")).code, 42);
  assertEquals((await exec(s, "demo", "--", "sh", "-c", "kill -KILL $$")).code, 137);
});

Deno.test("exec ends with 127 and 126 where the command cannot be run, and with 125 where it fails itself", async () => {
  await using s = await synced();
  Deno.writeTextFileSync(`${s.path}/data`, "no program");
  const missing = await exec(s, "demo", "--", "no-such-program");
  assertEquals({ code: missing.code, out: missing.out }, { code: 127, out: "" });
  assertMatch(missing.err, /^rcusync: Cannot run "no-such-program": there is no such program\n$/);
  assertEquals((await exec(s, "demo", "--", `${s.path}/data`)).code, 126);
  assertEquals((await exec(s, "demo", "--snapshot", "9", "--", "true")).code, 125);
  assertEquals((await exec(s, "demo", "--nonsense", "--", "true")).code, 125);
  assertEquals((await exec(s, "nobody", "--", "true")).code, 125);
  assertEquals((await exec(s, "demo")).code, 125);
});

Deno.test("exec passes SIGTERM on and waits for its command to end", async () => {
  await using s = await synced();
  const script = `trap 'echo got it; exit 7' TERM; touch ${s.path}/ready; while :; do sleep 0.05; done`;
  const running = s.start(["exec", "demo", "--", "sh", "-c", script]);
  await appears(`${s.path}/ready`);
  running.kill("SIGTERM");
  const { code, out, err } = await running.ended;
  assertEquals({ code, out, err }, { code: 7, out: "got it\n", err: "" });
});

Deno.test("exec of an older snapshot leases that one", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  await s.sync();
  s.change();
  await s.sync();
  const { out } = await exec(s, "demo", "--snapshot", "1", "--", "sh", "-c", 'echo "$RCUSYNC_PATH"');
  assertEquals(out, `${s.snapshot(1)}\n`);
});

Deno.test("a leased snapshot outlives its TTL, a sync and a collection, and goes when the command ends", async () => {
  await using s = await synced();
  // No open file, current directory or mount: the lease alone keeps it.
  const script = `touch ${s.path}/ready; while [ ! -e ${s.path}/go ]; do sleep 0.05; done; ls "$RCUSYNC_PATH/app-misc"`;
  const running = s.start(["exec", "demo", "--", "sh", "-c", script]);
  await appears(`${s.path}/ready`);
  s.change((up) => writeUpstream(up, "app-misc/bar/bar-1.ebuild", "EAPI=8\n"));
  assertEquals((await s.sync()).code, 0);
  s.change();
  assertEquals((await s.sync()).code, 0);
  const kept = await s.run(["gc", "--json"]);
  const [first] = JSON.parse(kept.out).repositories[0].snapshots;
  assertEquals(first.keep[0].kind, "leased");
  Deno.writeTextFileSync(`${s.path}/go`, "");
  assertEquals((await running.ended).out, "foo\n");
  await s.run(["gc"]);
  assertEquals(s.snapshots().includes("1"), false);
});

Deno.test("exec --set leases several repositories, with a line for each in the variables", async () => {
  await using s = await scenario();
  const section = (name: string) => ({
    location: `${s.path}/${name}`,
    "sync-type": "rsync",
    "sync-uri": s.uri,
    ...s.rcu({ "sync-rcu-store-dir": `${s.path}/store-${name}` }),
  });
  s.writeSections({ one: section("one"), two: section("two") });
  assertEquals((await s.sync()).code, 0);
  const { code, out } = await exec(
    s,
    "--set",
    "two,one",
    "--",
    "sh",
    "-c",
    'echo "$RCUSYNC_PATH"; echo "$RCUSYNC_SNAPSHOT"',
  );
  assertEquals(code, 0);
  assertEquals(out, `${s.path}/store-two/snapshots/1\n${s.path}/store-one/snapshots/1\n1\n1\n`);
});

Deno.test("exec refuses a repository without snapshots", async () => {
  await using s = await scenario();
  s.configure();
  await s.sync();
  const { code, err } = await exec(s, "demo", "--", "true");
  assertEquals(code, 125);
  assertStringIncludes(err, "keeps no snapshots");
});

testUnless(withoutRoot() ?? withoutCommand("setpriv"), "a user who is not root can lease a snapshot", async () => {
  await using s = await synced();
  const { code, out, err } = await s.start(["exec", "demo", "--", "id", "-u"], asNobody(s)).ended;
  assertEquals({ code, out }, { code: 0, out: "65534\n" }, err);
});
