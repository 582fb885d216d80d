/** Asking web servers. Proxies are those of the environment: `http_proxy`, `https_proxy`, `no_proxy`. */
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
  async get(url, { maxBytes, timeoutMs, signal }) {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      return await follow(url, { maxBytes, signal: AbortSignal.any([signal, timeout]) });
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
}

async function follow(start: URL, limits: Limits): Promise<HttpAnswer> {
  let url = start;
  for (let redirections = 0; redirections <= MAX_REDIRECTIONS; redirections++) {
    const response = await fetch(url, { redirect: "manual", signal: limits.signal });
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
