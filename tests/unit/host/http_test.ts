import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { type HttpOptions, systemHttp } from "../../../lib/host/http.ts";
import { proxyOf } from "../../../lib/host/proxy.ts";
import { tcpServer } from "../../support/tcp_proxy.ts";

/** Serves on loopback while `use` runs. */
async function serving(
  answer: (request: Request) => Response | Promise<Response>,
  use: (origin: string) => Promise<void>,
): Promise<void> {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  await use(`http://127.0.0.1:${server.addr.port}`);
}

function get(url: string, options: Partial<HttpOptions> = {}) {
  const signal = new AbortController().signal;
  return systemHttp.get(new URL(url), { maxBytes: 100, timeoutMs: 10_000, signal, ...options });
}

/** What came of it, in a word or two. */
async function outcome(url: string, options: Partial<HttpOptions> = {}): Promise<string> {
  const answer = await get(url, options);
  return answer.kind === "ok" ? new TextDecoder().decode(answer.bytes) : answer.message;
}

Deno.test("http gives the body of an answer, and the status of one that is none", async () => {
  await serving(
    ({ url }) => url.endsWith("/yes") ? new Response("body") : new Response("", { status: 404 }),
    async (at) => {
      assertEquals(await outcome(`${at}/yes`), "body");
      assertEquals(await get(`${at}/no`), { kind: "failed", status: 404, message: "The server answered 404" });
    },
  );
});

Deno.test("http takes no more bytes than it is told to", async () => {
  await serving(() => new Response("x".repeat(101)), async (at) => {
    assertEquals(await outcome(at), "The answer is longer than 100 bytes");
    assertEquals((await outcome(at, { maxBytes: 101 })).length, 101);
  });
});

Deno.test("http follows redirections, but not for ever, nor to nowhere", async () => {
  const to = (location: string) => new Response(null, { status: 302, headers: { location } });
  await serving(({ url }) => {
    const { pathname } = new URL(url);
    if (pathname === "/from") return to("/to");
    if (pathname === "/file") return to("file:///etc/passwd");
    return pathname === "/to" ? new Response("there") : to("/round");
  }, async (at) => {
    assertEquals(await outcome(`${at}/from`), "there");
    assertEquals(await outcome(`${at}/round`), "The server leads round in a circle");
    assertEquals(await outcome(`${at}/file`), "The server leads away from https");
  });
});

Deno.test("http gives up in time, and when it is told to", async () => {
  const never = Promise.withResolvers<Response>();
  await serving(() => never.promise, async (at) => {
    assertEquals(await outcome(at, { timeoutMs: 50 }), "No answer within 0.05 s");
    const reason = new TypeError("enough");
    await assertRejects(() => get(at, { signal: AbortSignal.abort(reason) }), TypeError, "enough");
    never.resolve(new Response(""));
  });
});

Deno.test("http says why a server cannot be reached, or not be trusted", async () => {
  const port = freePort();
  assertMatch(await outcome(`http://127.0.0.1:${port}/`), /refused/i);
  await serving(() => new Response(""), async (at) => {
    assertMatch(await outcome(at.replace("http:", "https:")), /^received corrupt message/);
  });
});

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** A proxy that refuses all, and the first line of each request that it sees. */
function refusingProxy(): AsyncDisposable & { readonly port: number; readonly seen: string[] } {
  const seen: string[] = [];
  const server = tcpServer(async (client) => {
    const bytes = new Uint8Array(4096);
    const length = await client.read(bytes) ?? 0;
    seen.push(new TextDecoder().decode(bytes.subarray(0, length)).split("\r\n")[0] ?? "");
    await client.write(new TextEncoder().encode("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));
  });
  return { port: server.port, seen, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

Deno.test("http asks through the proxy of the variables it is given: http_proxy, else https_proxy", async () => {
  await using proxy = refusingProxy();
  const [here, nowhere] = [`127.0.0.1:${proxy.port}`, "http://127.0.0.1:1"];
  const both = { http_proxy: `http://${here}`, https_proxy: nowhere };
  for (const variables of [both, { https_proxy: here }]) {
    assertEquals(await outcome("https://keys.example/x", { variables }), "unsuccessful tunnel");
  }
  assertEquals(proxy.seen, Array(2).fill("CONNECT keys.example:443 HTTP/1.1"));
  assertMatch(await outcome("https://keys.example", { variables: { http_proxy: "a b" } }), /^The proxy .* is no URL$/);
});

Deno.test("http asks what no_proxy excepts without the proxy of this process's own variables", async () => {
  await using proxy = refusingProxy();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", ASK_DIRECTLY],
    env: { http_proxy: `http://127.0.0.1:${proxy.port}`, DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
  });
  const { stdout, stderr } = await child.output();
  assertEquals(new TextDecoder().decode(stdout), "ok\n", new TextDecoder().decode(stderr));
  assertEquals(proxy.seen, ["GET http://other.invalid/ HTTP/1.1"]);
});

/** The address is none of loopback, but leads there. */
const ASK_DIRECTLY = `
import { systemHttp } from "${import.meta.resolve("../../../lib/host/http.ts")}";
const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => new Response("direct"));
const options = { maxBytes: 100, timeoutMs: 10000, signal: new AbortController().signal };
const variables = { no_proxy: "0.0.0.0" };
const answer = await systemHttp.get(new URL("http://0.0.0.0:" + server.addr.port), { ...options, variables });
console.log(answer.kind);
await systemHttp.get(new URL("http://other.invalid/"), { ...options, variables });
await server.shutdown();
`;

Deno.test("http asks this machine, and what no_proxy names, without the proxy", async () => {
  await serving(() => new Response("direct"), async (at) => {
    assertEquals(await outcome(at, { variables: { http_proxy: "http://127.0.0.1:1" } }), "direct");
  });
  const proxied = (host: string, exceptions: string) =>
    proxyOf(new URL(`https://${host}`), { http_proxy: "http://p", no_proxy: exceptions }) !== undefined;
  for (const exceptions of ["*", "a.example, b.example", ".B.example", "*.b.example", "x.b.example:443"]) {
    assertEquals([exceptions, proxied("x.b.example", exceptions)], [exceptions, false]);
  }
  assertEquals([proxied("xb.example", "b.example"), proxied("b.example", "x.b.example,,")], [true, true]);
  assertEquals([proxied("[fd00::1]", "fd00::1"), proxied("10.0.0.1", "10.0.0.1")], [false, false]);
});
