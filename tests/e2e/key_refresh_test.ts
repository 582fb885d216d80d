import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import * as openpgp from "openpgp";
import { type Clock, systemClock } from "../../lib/host/clock.ts";
import { assertExit } from "../support/assert_exit.ts";
import { type KeyServer, keyServer } from "../support/key_server.ts";
import { kindsOf } from "../support/rsync_calls.ts";
import { type Options, type Scenario, scenario } from "../support/scenario.ts";
import { type SignedMirror, signedMirror, syncUnpaused } from "../support/signed_mirror.ts";
import { type SigningKey, signingKey } from "../support/signing_key.ts";
import { testUnless, withoutCommand } from "../support/skip.ts";
import { syncHere } from "../support/sync_here.ts";
import { tcpServer } from "../support/tcp_proxy.ts";

const REFRESH = "sync-openpgp-key-refresh";

/** A configured repository that refreshes its keys from a server, which knows them. */
async function refreshing(s: Scenario, server: KeyServer, options: Options): Promise<SignedMirror> {
  const mirror = await signedMirror(s);
  s.configure(s.rcu({ ...mirror.options, "sync-openpgp-keyserver": server.uri, ...options }));
  server.answer = () => mirror.key.publicText();
  return mirror;
}

async function revoked({ privateKey: key }: SigningKey): Promise<string> {
  return (await openpgp.revokeKey({ key, format: "object" })).publicKey.armor();
}

Deno.test("T132 a keyserver is asked for each key, with one attempt and no limit of time", async () => {
  await using s = await scenario();
  await using server = keyServer();
  const { key } = await refreshing(s, server, { [REFRESH]: "keyserver", [`${REFRESH}-retry-count`]: "1" });
  assertExit(await s.sync(), 0);
  const search = `0x${key.privateKey.getFingerprint().toUpperCase()}`;
  assertEquals(server.asked, [`/pks/lookup?op=get&options=mr&search=${search}`]);
});

Deno.test("a key that the keyserver knows to be revoked fails the sync, then and ever after", async () => {
  await using s = await scenario();
  await using server = keyServer();
  const { key, keyPath, options } = await refreshing(s, server, { [REFRESH]: "keyserver" });
  assertExit(await syncUnpaused(s), 0);
  const file = Deno.readTextFileSync(keyPath);
  const answer = await revoked(key);
  server.answer = () => answer;
  assertExit(await syncUnpaused(s), 12, /is revoked/);
  // Without asking, and though the key file knows nothing of it.
  s.configure(s.rcu(options));
  assertExit(await syncUnpaused(s), 12, /is revoked/);
  assertEquals([Deno.readTextFileSync(keyPath), s.snapshots()], [file, ["1"]]);
  assertExit(await s.run(["verify", "demo"]), 12);
});

Deno.test("a key that only the server has does not become one that may sign", async () => {
  await using s = await scenario();
  await using server = keyServer();
  const [stranger, ours] = [await signingKey(), await signingKey()];
  const { keyPath } = await refreshing(s, server, { [REFRESH]: "keyserver" });
  Deno.writeTextFileSync(keyPath, ours.publicText());
  const mirror = await signedMirror(s, stranger);
  Deno.writeTextFileSync(mirror.keyPath, ours.publicText());
  server.answer = () => ours.publicText() + stranger.publicText();
  assertExit(await syncUnpaused(s), 12, /unknown key/);
  // Nor does it do instead of ours.
  server.answer = () => stranger.publicText();
  assertExit(await syncUnpaused(s), 12, /was not among the answers/);
});

Deno.test("a keyserver that fails is asked again as configured; then nothing is transferred", async () => {
  await using s = await scenario();
  await using server = keyServer();
  const retry = (key: string) => `${REFRESH}-retry-${key}`;
  await refreshing(s, server, {
    [REFRESH]: "keyserver",
    [retry("count")]: "4",
    [retry("delay-mult")]: "1000",
    [retry("delay-max")]: "3",
  });
  server.answer = () => new Response("later", { status: 503 });
  s.wrapRsync({});
  const ran = await syncUnpaused(s);
  assertExit(ran, 12, /Cannot refresh the keys of "demo": .*answered 503[^]*sync-openpgp-key-refresh = false/);
  assertEquals([server.asked.length, ran.pausesMs.length, kindsOf(s), s.snapshots()], [4, 3, [], []]);
  assertEquals(ran.pausesMs.filter((ms) => ms > 3000), []);
});

Deno.test("without a network the sync fails at once, unless no refresh is asked for", async () => {
  await using s = await scenario();
  const { options } = await signedMirror(s);
  const offline = { get: () => Promise.resolve({ kind: "failed", status: undefined, message: "No network" } as const) };
  for (const mode of ["true", "yes", "wkd", "keyserver"]) {
    s.configure(s.rcu({ ...options, [REFRESH]: mode }));
    assertExit(await syncUnpaused(s, { http: offline }), 12, /No network[^]*sync-openpgp-key-refresh = false/);
  }
  s.configure(s.rcu({ ...options, [REFRESH]: "false" }));
  assertExit(await syncUnpaused(s, { http: offline }), 0, /Warning: The keys are not refreshed/);
  s.configure(s.rcu({ ...options, [REFRESH]: "false-nowarn" }));
  const ran = await syncUnpaused(s, { http: offline });
  assertEquals([ran.code, ran.err], [0, ""]);
});

Deno.test("a Web Key Directory is asked by the advanced method, then by the direct one", async () => {
  await using s = await scenario();
  await using server = keyServer();
  const { key, options } = await refreshing(s, server, {});
  s.configure(s.rcu({ ...options, [REFRESH]: "wkd" }));
  server.answer = ({ pathname }) =>
    pathname.startsWith("/openpgpkey.")
      ? new Response("", { status: 404 })
      : new Response(new Uint8Array(key.privateKey.toPublic().write()));
  assertExit(await syncUnpaused(s, { http: server.http }), 0);
  const paths = server.asked.map((path) => path.replace(/hu\/[a-z0-9]{32}/, "hu/HASH"));
  assertEquals(paths, [
    "/openpgpkey.example.org/.well-known/openpgpkey/example.org/hu/HASH?l=tree",
    "/example.org/.well-known/openpgpkey/hu/HASH?l=tree",
  ]);
});

Deno.test("true asks the keyserver when the directory fails, wkd does not", async () => {
  await using s = await scenario();
  await using server = keyServer();
  const { key, options } = await refreshing(s, server, {});
  server.answer = ({ pathname }) =>
    pathname.includes("/pks/") ? key.publicText() : new Response("not a key, but an answer");
  s.configure(s.rcu({ ...options, [REFRESH]: "wkd" }));
  assertExit(await syncUnpaused(s, { http: server.http }), 12, /is no key/);
  s.configure(s.rcu({ ...options, [REFRESH]: "true" }));
  assertExit(await syncUnpaused(s, { http: server.http }), 0);
  assertMatch(server.asked.at(-1) ?? "", /^\/keys\.gentoo\.org\/pks\/lookup/);
});

Deno.test("a keyserver that is not asked by https is refused unless it is on this machine", async () => {
  await using s = await scenario();
  const { options } = await signedMirror(s);
  s.configure(s.rcu({ ...options, [REFRESH]: "keyserver", "sync-openpgp-keyserver": "hkp://keys.gentoo.org" }));
  const { code, err } = await syncUnpaused(s);
  assertEquals(code, 12);
  assertStringIncludes(err, 'Keyserver "hkp://keys.gentoo.org" is none: hkps://HOST is meant');
});

Deno.test("a keyserver is asked through the proxy of make.conf", async () => {
  await using s = await scenario();
  const { options } = await signedMirror(s);
  const seen: string[] = [];
  await using proxy = tcpServer(async (client) => {
    const bytes = new Uint8Array(4096);
    seen.push(new TextDecoder().decode(bytes.subarray(0, await client.read(bytes) ?? 0)).split("\r\n")[0] ?? "");
  });
  s.writeConfig("etc/portage/make.conf", `http_proxy="http://127.0.0.1:${proxy.port}"\n`);
  s.configure(s.rcu({ ...options, [REFRESH]: "keyserver", "sync-openpgp-keyserver": "hkps://keys.example" }));
  assertExit(await syncUnpaused(s), 12, /Cannot refresh the keys/);
  assertEquals(seen, ["CONNECT keys.example:443 HTTP/1.1"]);
});

const DAY_MS = 24 * 60 * 60 * 1000;

/** A keyserver that is refreshed from with best effort, and whose answers fail from now on. */
async function refreshedOnce(s: Scenario, server: KeyServer): Promise<SignedMirror> {
  const mirror = await refreshing(s, server, { [REFRESH]: "best-effort", [`${REFRESH}-retry-count`]: "40" });
  assertExit(await syncUnpaused(s, { http: server.http }), 0);
  server.answer = () => new Response("later", { status: 503 });
  return mirror;
}

/** This machine's clock, so much later. */
function later(ms: number): Clock {
  return { ...systemClock, nowMs: () => systemClock.nowMs() + ms, sleep: () => Promise.resolve() };
}

Deno.test("with best effort keys that were refreshed less than 7 days ago do, asked for once and warned of", async () => {
  await using s = await scenario();
  await using server = keyServer();
  await refreshedOnce(s, server);
  const [http, asked] = [server.http, server.asked.length];
  const served = () => server.asked.slice(asked).filter((path) => path.includes("/pks/lookup")).length;
  const args = ["--force"];
  assertExit(await syncHere(s, { http, args, clock: later(6.9 * DAY_MS) }), 0, /Warning: Cannot refresh the keys.*503/);
  assertEquals(served(), 1);
  // What failed does not count as a refresh.
  assertExit(await syncHere(s, { http, args, clock: later(7.1 * DAY_MS) }), 12, /Cannot refresh the keys of "demo"/);
  assertEquals(served(), 41);
  // Nor does one that has not been yet.
  assertExit(await syncHere(s, { http, args, clock: later(-DAY_MS) }), 12, /Cannot refresh the keys of "demo"/);
});

Deno.test("with best effort a key that was never refreshed, or whose memory is lost, has to be", async () => {
  await using s = await scenario();
  await using server = keyServer();
  const { key, keyPath } = await refreshedOnce(s, server);
  const { http } = server;
  Deno.writeTextFileSync(keyPath, key.publicText() + (await signingKey()).publicText());
  assertExit(await syncUnpaused(s, { http }), 12, /Cannot refresh the keys of "demo"/);
  Deno.writeTextFileSync(keyPath, key.publicText());
  assertExit(await syncUnpaused(s, { http }), 0, /Warning: Cannot refresh the keys/);
  Deno.removeSync(`${s.store}/.rcusync/keys.pgp`);
  assertExit(await syncUnpaused(s, { http }), 12, /a refresh does for 7 days/);
});

Deno.test("with best effort a revocation is remembered while the server is away", async () => {
  await using s = await scenario();
  await using server = keyServer();
  const { key } = await refreshedOnce(s, server);
  const [answer, { http }] = [await revoked(key), server];
  server.answer = () => answer;
  assertExit(await syncUnpaused(s, { http }), 12, /is revoked/);
  server.answer = () => new Response("later", { status: 503 });
  assertExit(await syncUnpaused(s, { http }), 12, /is revoked/);
});

Deno.test("best effort is yes where there is no store to remember in", async () => {
  await using s = await scenario();
  await using server = keyServer();
  const { options } = await refreshedOnce(s, server);
  s.configure({ ...options, [REFRESH]: "best-effort", "sync-rcu": "no", location: `${s.path}/plain` });
  assertExit(await syncUnpaused(s, { http: server.http }), 12, /Cannot refresh the keys of "demo"/);
});

Deno.test("a dry run asks for no key", async () => {
  await using s = await scenario();
  await using server = keyServer();
  await refreshing(s, server, { [REFRESH]: "keyserver" });
  assertExit(await syncUnpaused(s, { args: ["--dry-run"] }), 0);
  assertEquals(server.asked, []);
});

testUnless(withoutCommand("openssl"), "hkps asks over TLS, and only a server that is who it says", async () => {
  await using s = await scenario();
  const { key, options } = await signedMirror(s);
  const { cert, key: tlsKey } = certificate(s.path);
  const listen = { hostname: "127.0.0.1", port: 0, cert, key: tlsKey, onListen: () => {} };
  await using server = Deno.serve(listen, () => new Response(key.publicText()));
  const uri = `hkps://127.0.0.1:${server.addr.port}`;
  s.configure(s.rcu({ ...options, [REFRESH]: "keyserver", "sync-openpgp-keyserver": uri }));
  assertExit(await syncUnpaused(s), 12, /invalid peer certificate/);
  assertExit(await s.sync([], { DENO_CERT: `${s.path}/cert.pem` }), 0);
});

/** A certificate for 127.0.0.1 that nobody vouches for; also written to `cert.pem` in `dir`. */
function certificate(dir: string): { readonly cert: string; readonly key: string } {
  const [cert, key] = [`${dir}/cert.pem`, `${dir}/key.pem`];
  const { success } = new Deno.Command("openssl", {
    args: [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
      ...["-subj", "/CN=key server of a test", "-addext", "subjectAltName=IP:127.0.0.1"],
      ...["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", cert],
    ],
    stderr: "null",
  }).outputSync();
  if (!success) throw new Error("openssl makes no certificate");
  return { cert: Deno.readTextFileSync(cert), key: Deno.readTextFileSync(key) };
}
