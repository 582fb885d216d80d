import { assert, assertEquals, assertLess, assertRejects, assertStringIncludes } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { systemFiles } from "../../../lib/host/files.ts";
import { probe, type ProbeOptions, type ProbeResult } from "../../../lib/rsync/probe.ts";
import { rsyncEnvironment, type Session } from "../../../lib/rsync/session.ts";
import { rsyncStandIn } from "../../../scripts/rsync_stand_in.ts";
import { namesIn } from "../../support/entries.ts";
import { startDaemon } from "../../support/rsync_daemon.ts";
import { recordingSession, rsyncSession, STOCK_WORDS } from "../../support/rsync_session.ts";
import { testUnless, withoutRoot } from "../../support/skip.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { FIRST_STAMP, upstreamTree } from "../../support/upstream_tree.ts";

const files = systemFiles();

/** Probes with a temporary directory of its own, of which nothing may be left. */
async function probed(session: Session, options: Partial<ProbeOptions> = {}): Promise<ProbeResult> {
  using dir = tempDir();
  Deno.chmodSync(dir.path, 0o755);
  try {
    return await probe(session, { files, tempDir: dir.path, ...options });
  } finally {
    assertEquals([...Deno.readDirSync(dir.path)], []);
  }
}

/** Probes a served fixture after `change` had its way with it. */
async function probedTree(
  change: (up: string) => void,
  overrides: Partial<Session> & { readonly settings?: readonly string[] } = {},
): Promise<ProbeResult> {
  using dir = tempDir();
  const up = `${dir.path}/up`;
  upstreamTree(up);
  change(up);
  await using daemon = await startDaemon({ modules: { m: up }, settings: overrides.settings ?? [] });
  const session = rsyncSession(daemon.uri("m"), overrides);
  const result = await probed(session);
  assertEquals(session.talk, []);
  return result;
}

const remove = (path: string) => (up: string) => Deno.removeSync(`${up}/${path}`, { recursive: true });
const write = (text: string) => (up: string) => Deno.writeTextFileSync(`${up}/metadata/timestamp.chk`, text);

Deno.test("a probe tells the mirror's time", async () => {
  const expected = { kind: "timestamp", ms: FIRST_STAMP * 1000, text: "Tue, 14 Nov 2023 22:13:20 +0000" } as const;
  assertEquals(await probedTree(() => {}), expected);
  assertEquals(await probedTree(() => {}, { words: [...STOCK_WORDS, "--update", "--backup"] }), expected);
});

Deno.test("T40 a probe is the common words, --inplace, the timestamp and a file", async () => {
  const { session, calls } = recordingSession("rsync://h/m");
  await probed(session);
  assertEquals(calls[0]?.slice(0, -1), [...STOCK_WORDS, "--inplace", "rsync://h/m/metadata/timestamp.chk"]);
  assert(calls[0]?.at(-1)?.startsWith("/"));
});

Deno.test("T54 a mirror without a timestamp, or without metadata, answers all the same", async () => {
  assertEquals(await probedTree(remove("metadata/timestamp.chk")), { kind: "absent" });
  assertEquals(await probedTree(remove("metadata")), { kind: "absent" });
  assertEquals(await probedTree(() => {}, { settings: ["exclude = timestamp.chk"] }), { kind: "absent" });
});

Deno.test("T54 so does a directory of this machine", async () => {
  using dir = tempDir();
  upstreamTree(`${dir.path}/up`);
  remove("metadata/timestamp.chk")(`${dir.path}/up`);
  assertEquals(await probed(rsyncSession(`${dir.path}/up`)), { kind: "absent" });
});

Deno.test("T55 an empty timestamp is none", async () => {
  assertEquals(await probedTree(write("")), { kind: "absent" });
});

Deno.test("T57 a timestamp with another offset is none", async () => {
  assertEquals(await probedTree(write("Tue, 14 Nov 2023 22:13:20 +0100\n")), { kind: "absent" });
});

Deno.test("a timestamp that is a link, or too long, is none", async () => {
  const link = (up: string) => {
    remove("metadata/timestamp.chk")(up);
    Deno.symlinkSync("layout.conf", `${up}/metadata/timestamp.chk`);
  };
  assertEquals(await probedTree(link), { kind: "absent" });
  assertEquals(await probedTree(write("#".repeat(100_000))), { kind: "absent" });
});

testUnless(withoutRoot(), "T60 a partial transfer for another reason is a failure worth a retry", async () => {
  using dir = tempDir();
  upstreamTree(`${dir.path}/up`);
  Deno.chmodSync(dir.path, 0o755);
  Deno.chmodSync(`${dir.path}/up/metadata/timestamp.chk`, 0o600);
  const nobody = { uid: 65534, gid: 65534 };
  const result = await probed(rsyncSession(`${dir.path}/up`, nobody));
  assert(result.kind === "failed");
  assertEquals([result.exit, result.retry], [23, true]);
  assertStringIncludes(result.message, "Permission denied");
});

Deno.test("T60 a mirror that does not listen, or lacks the module, is worth a retry", async () => {
  const refused = await probed(rsyncSession("rsync://127.0.0.1:1/m"));
  assert(refused.kind === "failed");
  assertEquals([refused.exit, refused.retry], [10, true]);
  await using daemon = await startDaemon({ modules: {} });
  const unknown = await probed(rsyncSession(daemon.uri("m")));
  assert(unknown.kind === "failed");
  assertEquals([unknown.exit, unknown.retry], [5, true]);
});

for (
  const [code, retry] of [[1, false], [2, true], [3, false], [12, true], [20, false], [30, true], [77, true]] as const
) {
  Deno.test(`T60 a probe that ends with ${code} is ${retry ? "worth a retry" : "final"}`, async () => {
    using dir = tempDir();
    const PATH = rsyncStandIn(dir.path, `exit ${code}`);
    const result = await probed(rsyncSession("rsync://h/m", { env: { PATH } }));
    assert(result.kind === "failed");
    assertEquals([result.exit, result.retry], [code, retry]);
  });
}

Deno.test("T59 a probe that hangs is ended with its whole group when the time is up, as exit 30", async () => {
  using dir = tempDir();
  // What it leaves behind keeps its output open, so that the probe could not return before its end.
  const PATH = rsyncStandIn(dir.path, "sleep 600 & wait");
  const start = performance.now();
  const result = await probed(rsyncSession("rsync://h/m", { env: { PATH } }), { timeoutMs: 300 });
  assertLess(performance.now() - start, 10_000);
  assert(result.kind === "failed");
  assertEquals([result.exit, result.retry], [30, true]);
  assertStringIncludes(result.message, "no answer within 0.3 s");
});

Deno.test("T59 without a limit a slow probe is waited for", async () => {
  using dir = tempDir();
  upstreamTree(`${dir.path}/up`);
  const PATH = rsyncStandIn(dir.path, 'sleep 0.5; exec "$RSYNC" "$@"');
  const result = await probed(rsyncSession(`${dir.path}/up`, { env: { PATH } }), { timeoutMs: undefined });
  assertEquals(result.kind, "timestamp");
});

Deno.test("T59 with a negative limit a probe fails at once, without rsync", async () => {
  const { session, calls } = recordingSession("rsync://h/m");
  const result = await probed(session, { timeoutMs: 0 });
  assert(result.kind === "failed");
  assertEquals([result.exit, result.retry, calls], [30, true, []]);
});

testUnless(withoutRoot(), "T148 a probe runs as the sync user, who owns the file it writes", async () => {
  using dir = tempDir();
  upstreamTree(`${dir.path}/up`);
  Deno.chmodSync(dir.path, 0o755);
  Deno.mkdirSync(`${dir.path}/seen`);
  Deno.chmodSync(`${dir.path}/seen`, 0o777);
  const seen = `${dir.path}/seen/it`;
  const PATH = rsyncStandIn(dir.path, `echo "$(id -u):$(id -g) $HOME $LOGNAME $LC_ALL" > ${seen}; exec "$RSYNC" "$@"`);
  const env = rsyncEnvironment({ PATH, HOME: "/root" }, { name: "nobody", home: "/nonexistent" });
  const session = rsyncSession(`${dir.path}/up`, { env, uid: 65534, gid: 65534 });
  assertEquals((await probed(session)).kind, "timestamp");
  assertEquals(Deno.readTextFileSync(seen), "65534:65534 /nonexistent nobody C\n");
});

Deno.test("T63 RSYNC_PASSWORD reaches rsync, and so does RSYNC_PROXY", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(`${dir.path}/secrets`, "me:pass\n", { mode: 0o600 });
  const settings = ["auth users = me", `secrets file = ${dir.path}/secrets`];
  upstreamTree(`${dir.path}/up`);
  await using daemon = await startDaemon({ modules: { m: `${dir.path}/up` }, settings });
  const PATH = Deno.env.get("PATH") ?? "";
  const source = daemon.uri("m").replace("rsync://", "rsync://me@");
  const kindWith = async (variables: Record<string, string>) =>
    (await probed(rsyncSession(source, { env: rsyncEnvironment({ PATH, ...variables }) }))).kind;
  assertEquals(await kindWith({ RSYNC_PASSWORD: "pass" }), "timestamp");
  assertEquals(await kindWith({ RSYNC_PASSWORD: "wrong" }), "failed");
  assertEquals(await kindWith({ RSYNC_PASSWORD: "pass", RSYNC_PROXY: "127.0.0.1:1" }), "failed");
});

Deno.test("an abort ends a probe with the reason of the signal", async () => {
  using dir = tempDir();
  const PATH = rsyncStandIn(dir.path, "exec sleep 600");
  const abort = new AbortController();
  const reason = new Fault("interrupted", "Interrupted");
  const done = probed(rsyncSession("rsync://h/m", { env: { PATH }, signal: abort.signal }));
  abort.abort(reason);
  assertEquals(await assertRejects(() => done, Fault), reason);
});

Deno.test("a probe removes what killed ones have left a day ago, and nothing that is not its own", async () => {
  using dir = tempDir();
  const old = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
  for (const name of ["rcusync-probe-old", "rcusync-probe-new", "other-old", "rcusync-probe-link"]) {
    if (name.endsWith("link")) Deno.symlinkSync(`${dir.path}/other-old`, `${dir.path}/${name}`);
    else Deno.mkdirSync(`${dir.path}/${name}/below`, { recursive: true });
    if (name.endsWith("old")) Deno.utimeSync(`${dir.path}/${name}`, old, old);
  }
  const { session } = recordingSession("rsync://h/m");
  await probe(session, { files, tempDir: dir.path });
  const names = namesIn(dir.path);
  assertEquals(names, ["other-old", "rcusync-probe-link", "rcusync-probe-new"]);
});

Deno.test("a timestamp that is a directory tells no time", async () => {
  const directory = (up: string) => {
    Deno.removeSync(`${up}/metadata/timestamp.chk`);
    Deno.mkdirSync(`${up}/metadata/timestamp.chk`);
  };
  const filled = (up: string) => {
    directory(up);
    Deno.writeTextFileSync(`${up}/metadata/timestamp.chk/file`, "x");
  };
  assertEquals(await probedTree(directory), { kind: "absent" });
  assertEquals(await probedTree(filled), { kind: "absent" });
});
