import type { Http } from "../../lib/host/http.ts";
import { systemHttp } from "../../lib/host/http.ts";

/** A web server on loopback that serves keys; it ends with its scope. */
export interface KeyServer extends AsyncDisposable {
  /** `hkp://127.0.0.1:PORT` */
  readonly uri: string;
  /** What it was asked for: path and query, in order. */
  readonly asked: readonly string[];
  /** What it answers to each question. */
  answer: (url: URL) => Response | string | Promise<Response | string>;
  /** A web in which this server is every host; it is asked for `/HOST/PATH` then. */
  readonly http: Http;
}

/** Starts a key server that knows no key. */
export function keyServer(): KeyServer {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const url = new URL(request.url);
    asked.push(url.pathname + url.search);
    const answer = await self.answer(url);
    return typeof answer === "string" ? new Response(answer) : answer;
  });
  const origin = `127.0.0.1:${server.addr.port}`;
  const self: KeyServer = {
    uri: `hkp://${origin}`,
    asked,
    answer: () => new Response("no such key", { status: 404 }),
    http: {
      get: (url, options) =>
        systemHttp.get(new URL(`http://${origin}/${url.host}${url.pathname}${url.search}`), options),
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return self;
}
