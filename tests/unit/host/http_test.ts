import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { type HttpOptions, systemHttp } from "../../../lib/host/http.ts";

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
