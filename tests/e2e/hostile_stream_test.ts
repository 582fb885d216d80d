import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { type HostileScenario, hostileScenario } from "../support/hostile_mirror.ts";
import { type Tampering, tcpProxy, tcpSpeaker } from "../support/tcp_proxy.ts";
import { writeUpstream } from "../support/upstream_tree.ts";

/** Time for the probe is 1 s here, rsync's own patience later 2 s; the rest is for starting and stopping. */
const PATIENCE_MS = 15_000;
const VARIABLES = { PORTAGE_RSYNC_INITIAL_TIMEOUT: "1" };
const GREETING = "@RSYNCD: 31.0 sha512 sha256 sha1 md5 md4\n";

/** What a server says that is no rsync daemon, or no honest one, and how it goes on. */
const SPEAKERS: readonly (readonly [what: string, says: string, then: "stall" | "cut" | "noise"])[] = [
  ["says nothing", "", "stall"],
  ["hangs up at once", "", "cut"],
  ["greets and falls silent", GREETING, "stall"],
  ["greets and hangs up", GREETING, "cut"],
  ["greets for ever", GREETING, "noise"],
  ["talks without an end", "x".repeat(4096), "noise"],
  ["talks line by line without an end", `${GREETING}\u001b[31mbuy now\u0007\n`, "noise"],
  ["speaks HTTP", "HTTP/1.1 200 OK\r\n\r\n<html>", "cut"],
  [
    "sends an error that drives a terminal",
    `${GREETING}@ERROR: \u001b]0;owned\u0007\u001b[2J\r\u202e rsync://me:secret@h/m\n`,
    "cut",
  ],
];

for (const [what, says, then] of SPEAKERS) {
  Deno.test(`a mirror that ${what} fails in time`, async () => {
    await using s = await hostileScenario();
    await using server = tcpSpeaker(says, then);
    s.configure(s.rcu({ "sync-uri": `rsync://127.0.0.1:${server.port}/demo` }));
    const { err } = await inTime(() => s.attack([13], { variables: VARIABLES, args: ["--verbose"] }));
    assertEquals(err.includes("secret"), false);
    await s.recover();
  });
}

/** Numbers of connections of a sync with something to fetch. */
const [PLAN, FETCH] = [1, 2];

const BROKEN = [
  { step: "list", connection: PLAN, ways: ["stall", "cut", "noise"], upTos: [300, 350] },
  { step: "transfer", connection: FETCH, ways: ["cut", "noise"], upTos: [300, 200_000] },
  { step: "transfer", connection: FETCH, ways: ["stall"], upTos: [200_000] },
] as const;

for (const { step, connection, ways, upTos } of BROKEN) {
  for (const then of ways) {
    for (const upTo of upTos) {
      Deno.test(`a ${step} that turns into ${then} after ${upTo} bytes fails in time`, async () => {
        await using s = await hostileScenario();
        await failsOver(s, (at) => at === connection ? { upTo, then } : {});
        await s.recover();
      });
    }
  }
}

Deno.test("a module that vanishes in the middle of the transfer fails", async () => {
  await using s = await hostileScenario();
  const onTampering = () => Deno.renameSync(s.up, `${s.bin}/gone`);
  await failsOver(s, (at) => at === FETCH ? { upTo: 100_000, then: "cut", onTampering } : {});
  Deno.renameSync(`${s.bin}/gone`, s.up);
  await s.recover();
});

Deno.test("a module that vanishes between the plan and the transfer fails", async () => {
  await using s = await hostileScenario();
  await failsOver(s, (at) => {
    if (at === FETCH) Deno.renameSync(s.up, `${s.bin}/gone`);
    return {};
  });
  Deno.renameSync(`${s.bin}/gone`, s.up);
  await s.recover();
});

Deno.test("a tree that vanishes between the plan and the transfer fails", async () => {
  await using s = await hostileScenario();
  await failsOver(s, (at) => {
    if (at === FETCH) {
      for (const { name } of Deno.readDirSync(s.up)) Deno.renameSync(`${s.up}/${name}`, `${s.bin}/${name}`);
    }
    return {};
  });
  await s.recover();
});

/** Syncs a megabyte of changes through a proxy, which makes it fail in time. */
async function failsOver(s: HostileScenario, tampering: (connection: number) => Tampering): Promise<void> {
  s.change((up) => {
    writeUpstream(up, "big", "");
    for (let at = 0; at < 16; at++) Deno.writeFileSync(`${up}/big`, random(65_536), { append: true });
  });
  await using proxy = tcpProxy(Number(new URL(s.uri.replace("rsync:", "http:")).port), tampering);
  const uri = `rsync://127.0.0.1:${proxy.port}/demo`;
  s.configure(s.rcu({ "sync-uri": uri, "sync-rsync-extra-opts": "--timeout=2" }));
  const { err } = await inTime(() => s.attack([13]));
  assertStringIncludes(err, uri);
}

async function inTime<T>(act: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  const result = await act();
  assertLess(performance.now() - startMs, PATIENCE_MS);
  return result;
}

function random(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}
