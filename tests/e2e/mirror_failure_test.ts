import { assertEquals, assertStringIncludes } from "@std/assert";
import { namesIn } from "../support/entries.ts";
import { kindsOf, NEWER, onceBefore, planOf } from "../support/rsync_calls.ts";
import { isRunning } from "../support/running_process.ts";
import { type Scenario, scenario } from "../support/scenario.ts";
import { networkOf, syncHere } from "../support/sync_here.ts";
import { treeOf } from "../support/tree_of.ts";
import { FIRST_STAMP, stamp, writeUpstream } from "../support/upstream_tree.ts";

for (const [retries, attempts] of [["-1", 3], ["0", 1], ["1", 2], ["5", 6]] as const) {
  Deno.test(`T49 three dead addresses and retries ${retries} make ${attempts} attempts`, async () => {
    await using s = await scenario();
    s.configure({ "sync-uri": "rsync://mirror.test/demo" });
    s.wrapRsync({ probe: "exit 10" });
    const addresses = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];
    const variables = { PORTAGE_RSYNC_RETRIES: retries };
    const { code } = await syncHere(s, { variables, network: networkOf(...addresses) });
    const asked = s.calls().map((call) => /\/\/([^/]*)\/demo/.exec(call.at(-2) ?? "")?.[1] ?? "");
    assertEquals([code, asked.length], [13, attempts]);
    assertEquals(new Set(asked.slice(0, 3)).size, Math.min(3, attempts));
    // Recycled in the same order.
    assertEquals(asked.slice(3), asked.slice(0, Math.max(0, attempts - 3)));
  });
}

Deno.test("T59 a probe that hangs is ended in time, with all its processes", async () => {
  await using s = await scenario();
  s.configure();
  s.wrapRsync({ probe: `sleep 300 & echo $! > '${s.path}/pid'; wait` });
  const { code, err } = await s.sync([], { PORTAGE_RSYNC_INITIAL_TIMEOUT: "1" });
  assertEquals(code, 13);
  assertStringIncludes(err, "no answer within 1 s");
  assertEquals(isRunning(Number(Deno.readTextFileSync(`${s.path}/pid`))), false);
});

Deno.test("T59 with a negative time for the probe it fails at once", async () => {
  await using s = await scenario();
  s.configure();
  s.wrapRsync({});
  const { code } = await syncHere(s, { variables: { PORTAGE_RSYNC_INITIAL_TIMEOUT: "-5" } });
  assertEquals([code, s.calls()], [13, []]);
});

const FINAL = [1, 3, 4, 11, 14, 20, 21];
const RETRY = [2, 5, 35, 6, 10, 12, 13, 15, 22, 25, 30, 99, 137];

/** Runs with two addresses and a live tree that must stay as it is; returns status and numbers of calls. */
async function inject(s: Scenario, scripts: { readonly probe: string; readonly transfer?: string }) {
  s.configure({ "sync-uri": "rsync://mirror.test/demo" });
  Deno.removeSync(`${s.bin}/calls`, { recursive: true });
  s.wrapRsync({ ...scripts, plan: planOf(">f+++++++++ 5 new") });
  const { code, err } = await syncHere(s, { network: networkOf("192.0.2.1", "192.0.2.2") });
  const kinds = kindsOf(s);
  return {
    code,
    err,
    probes: kinds.filter((k) => k === "probe").length,
    transfers: kinds.filter((k) => k === "transfer").length,
  };
}

for (
  const [verdict, codes, attempts] of [["ends the sync", FINAL, 1], ["has the next address tried", RETRY, 2]] as const
) {
  Deno.test(`T60 exit ${codes.join(" ")} of a probe ${verdict}, and the live tree keeps its timestamp`, async () => {
    await using s = await scenario();
    stamp(s.location, FIRST_STAMP);
    const before = await treeOf(s.location);
    Deno.writeTextFileSync(`${s.bin}/calls`, "");
    for (const code of [...codes, ...(attempts === 2 ? [23, 24] : [])]) {
      const ran = await inject(s, { probe: `exit ${code}` });
      assertEquals([code, ran.code, ran.probes, ran.transfers], [code, 13, attempts, 0]);
      assertStringIncludes(ran.err, `(rsync exit ${code})`);
    }
    assertEquals(await treeOf(s.location), before);
  });

  Deno.test(`T60 exit ${codes.join(" ")} of a transfer ${verdict}, and the live tree keeps its timestamp`, async () => {
    await using s = await scenario();
    stamp(s.location, FIRST_STAMP);
    const before = await treeOf(s.location);
    Deno.writeTextFileSync(`${s.bin}/calls`, "");
    for (const code of codes) {
      const ran = await inject(s, { probe: NEWER, transfer: `exit ${code}` });
      assertEquals([code, ran.code, ran.probes, ran.transfers], [code, 13, attempts, attempts]);
    }
    const after = await treeOf(s.location);
    // The quarantine was there, so the directory's own time is another.
    assertEquals([...after].slice(1), [...before].slice(1));
  });
}

for (const code of [23, 24]) {
  Deno.test(`T60 exit ${code} of a transfer is planned anew, then has the next address tried`, async () => {
    await using s = await scenario();
    stamp(s.location, FIRST_STAMP);
    Deno.writeTextFileSync(`${s.bin}/calls`, "");
    const ran = await inject(s, { probe: NEWER, transfer: `exit ${code}` });
    assertEquals([ran.code, ran.transfers], [13, 6]);
    assertStringIncludes(ran.err, `(rsync exit ${code})`);
  });
}

Deno.test("T64 a dead address before a live one makes no snapshot of its own", async () => {
  await using s = await scenario();
  s.configure(s.rcu({ "sync-uri": s.uri.replace("127.0.0.1", "mirror.test") }));
  const network = networkOf("127.0.0.1", "127.0.0.1");
  assertEquals((await syncHere(s, { network })).code, 0);
  s.wrapRsync({ probe: `[ -e '${s.path}/tried' ] || { : > '${s.path}/tried'; exit 10; }; exec "$RSYNC" "$@"` });
  const { code, err } = await syncHere(s, { network });
  assertEquals([code, kindsOf(s), s.snapshots()], [0, ["probe", "probe"], ["1"]]);
  assertStringIncludes(err, "Warning: Cannot probe rsync://127.0.0.1");
});

Deno.test("a mirror that is updated during the transfer is published as one generation", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertEquals((await s.sync()).code, 0);
  s.change((up) => writeUpstream(up, "eclass/a.eclass", "first"));
  const next = `${s.path}/next`;
  stamp(next, FIRST_STAMP + 3600);
  writeUpstream(next, "eclass/b.eclass", "second");
  s.wrapRsync({ transfer: onceBefore(s, `cp -a '${next}/.' '${s.up}/'; rm '${s.up}/eclass/a.eclass'`) });
  const { code } = await s.sync();
  assertEquals([code, s.snapshots()], [0, ["1", "2"]]);
  assertEquals(namesIn(`${s.location}/eclass`), ["b.eclass"]);
  assertEquals(
    Deno.readTextFileSync(`${s.location}/metadata/timestamp.chk`),
    Deno.readTextFileSync(`${s.up}/metadata/timestamp.chk`),
  );
});

Deno.test("a mirror that lists something below a link reaches nothing through it", async () => {
  await using s = await scenario();
  const outside = `${s.path}/outside`;
  writeUpstream(outside, "passwd", "root");
  Deno.symlinkSync(outside, `${s.up}/link`);
  s.configure(s.rcu());
  const unsafe = { PORTAGE_RSYNC_OPTS: "--recursive --links --perms --times --delete" };
  assertEquals((await s.sync(["--quiet"], unsafe)).code, 0);
  assertEquals(Deno.readLinkSync(`${s.location}/link`), outside);
  const before = await treeOf(outside);
  s.change();
  for (const line of [">f.st...... 4 link/passwd", "*deleting 0 link/passwd", "cd+++++++++ 0 link/new/"]) {
    s.wrapRsync({ plan: planOf(line) });
    const { code, err } = await s.sync([], unsafe);
    assertEquals([line, code], [line, 13]);
    assertStringIncludes(err, '"link"');
    assertEquals([await treeOf(outside), s.snapshots()], [before, ["1"]]);
  }
});

Deno.test("what a mirror brought before it failed is kept for the next, and counted", async () => {
  await using s = await scenario();
  s.configure(s.rcu({ "sync-uri": s.uri.replace("127.0.0.1", "mirror.test") }));
  s.wrapRsync({
    transfer: onceBefore(s, `"$RSYNC" "$@"; exit 12`),
  });
  const { code, out } = await syncHere(s, { network: networkOf("127.0.0.1", "127.0.0.1") });
  assertEquals([code, kindsOf(s).filter((kind) => kind === "transfer").length], [0, 1]);
  assertStringIncludes(out, "updated to snapshot 1: 13 created, 0 changed, 0 deleted");
});
