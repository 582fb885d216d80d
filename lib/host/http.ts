import { isExcepted, proxyOf } from "./proxy.ts";

/** Asking web servers. */
export interface Http {
  /**
   * Gets what is at `url`. Redirections are followed, but never from https to http.
   *
   * @throws the signal's reason when it aborts; nothing else.
   */
  get(url: URL, options: HttpOptions): Promise<HttpAnswer>;
}

/** What an answer may cost. */
export interface HttpOptions {
  /** A longer body is refused. */
  readonly maxBytes: number;
  /** For all of it, redirections included. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /**
   * Name the proxy: see {@linkcode proxyOf}. Where they have none at all, and by default, this process's own variables
   * do; a server that their `no_proxy` excepts is asked without one.
   */
  readonly variables?: Readonly<Record<string, string>>;
}

/** What came of asking. */
export type HttpAnswer =
  | { readonly kind: "ok"; readonly bytes: Uint8Array<ArrayBuffer> }
  | {
    readonly kind: "failed";
    /** What the server answered, when it did. */
    readonly status: number | undefined;
    /** A sentence without the URL, without a final period. */
    readonly message: string;
  };

const MAX_REDIRECTIONS = 5;

/** The web as this machine reaches it. */
export const systemHttp: Http = {
  async get(url, { maxBytes, timeoutMs, signal, variables = {} }) {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      return await follow(url, { maxBytes, signal: AbortSignal.any([signal, timeout]), variables });
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.aborted) return failed(`No answer within ${timeoutMs / 1000} s`);
      return failed(error instanceof Error ? reasonOf(error) : String(error));
    }
  },
};

interface Limits {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly variables: Readonly<Record<string, string>>;
}

async function follow(start: URL, limits: Limits): Promise<HttpAnswer> {
  let url = start;
  for (let redirections = 0; redirections <= MAX_REDIRECTIONS; redirections++) {
    using client = clientFor(url, limits.variables);
    const response = await fetch(url, { redirect: "manual", signal: limits.signal, ...(client && { client }) });
    if (response.ok) return await read(response, limits);
    await response.body?.cancel();
    const next = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || next === null) {
      return failed(`The server answered ${response.status}`, response.status);
    }
    if (!URL.canParse(next, url)) return failed("The server names no place that is one", response.status);
    const target = new URL(next, url);
    if (target.protocol !== "https:" && target.protocol !== start.protocol) {
      return failed("The server leads away from https", response.status);
    }
    url = target;
  }
  return failed("The server leads round in a circle");
}

/** `undefined` where the usual one does, which takes the proxy of this process's own variables. */
function clientFor(url: URL, variables: Limits["variables"]): Deno.HttpClient | undefined {
  if (isExcepted(url, variables)) return directClient(url);
  const proxy = proxyOf(url, variables);
  if (proxy === undefined) return undefined;
  if (!URL.canParse(proxy)) throw new Error("The proxy of http_proxy or https_proxy is no URL");
  return Deno.createHttpClient({ proxy: { url: proxy } });
}

/** A client looks for this process's own proxy when it is made, and only NO_PROXY keeps it from that. */
function directClient({ hostname }: URL): Deno.HttpClient {
  const before = Deno.env.get("NO_PROXY");
  // `*` would not stand for addresses.
  Deno.env.set("NO_PROXY", hostname.replace(/^\[(.*)\]$/, "$1"));
  try {
    return Deno.createHttpClient({});
  } finally {
    if (before === undefined) Deno.env.delete("NO_PROXY");
    else Deno.env.set("NO_PROXY", before);
  }
}

async function read(response: Response, { maxBytes }: Limits): Promise<HttpAnswer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the rest.
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > maxBytes) return failed(`The answer is longer than ${maxBytes} bytes`, response.status);
    parts.push(part);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { kind: "ok", bytes };
}

/** The cause says more: `error sending request for url (…): client error (Connect): …`; the last part is what is new. */
function reasonOf({ message, cause }: Error): string {
  const reason = cause instanceof Error ? cause.message : message;
  return reason.replace(/^error sending request.*?client error \(\w+\): /, "");
}

function failed(message: string, status?: number): HttpAnswer {
  return { kind: "failed", status, message };
}
