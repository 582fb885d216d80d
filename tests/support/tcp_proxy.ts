/** What becomes of the bytes that a server sends over one connection. */
export interface Tampering {
  /** How many of them arrive; absent: all. */
  readonly upTo?: number;
  /** What comes instead of the rest: nothing more and no end, an end, or noise without an end. */
  readonly then?: "stall" | "cut" | "noise";
  /** Called with the length of each part that arrives. */
  readonly onBytes?: (count: number) => void;
  /** Called when the rest would come. */
  readonly onTampering?: () => void;
}

/** A server on loopback that ends with its scope. */
export interface TcpServer extends AsyncDisposable {
  readonly port: number;
}

/** Passes connections on to another port of this machine, and tampers with what comes back over each of them. */
export function tcpProxy(port: number, tampering: (connection: number) => Tampering): TcpServer {
  let connections = 0;
  return tcpServer(async (client) => {
    const { upTo = Infinity, then, onTampering, onBytes } = tampering(connections++);
    using server = await Deno.connect({ hostname: "127.0.0.1", port });
    const asked = passOn(client, server).catch(() => {}).finally(() => server.closeWrite().catch(() => {}));
    if (await passOn(server, client, { limit: upTo, onBytes }) < upTo) return;
    onTampering?.();
    if (then === "stall") await asked;
    if (then === "noise") await makeNoise(client, NOISE);
  });
}

/** Answers each connection with `text`; `then` as in {@linkcode Tampering}, where noise is the text again and again. */
export function tcpSpeaker(text: string, then: "stall" | "cut" | "noise"): TcpServer {
  const bytes = new TextEncoder().encode(text);
  return tcpServer(async (client) => {
    await writeAll(client, bytes);
    if (then === "noise") await makeNoise(client, bytes);
    if (then === "stall") { while (await client.read(new Uint8Array(4096)) !== null); }
  });
}

const NOISE = Uint8Array.from({ length: 65_536 }, (_, at) => (at * 7919) & 0xff);

/** Resolves with how many bytes were passed on, at the end of them or after `limit`. */
async function passOn(
  from: Deno.Conn,
  to: Deno.Conn,
  { limit = Infinity, onBytes }: { readonly limit?: number; readonly onBytes?: Tampering["onBytes"] | undefined } = {},
): Promise<number> {
  const buffer = new Uint8Array(65_536);
  let passed = 0;
  while (passed < limit) {
    const length = await from.read(buffer);
    if (length === null) return passed;
    const part = buffer.subarray(0, Math.min(length, limit - passed));
    await writeAll(to, part);
    passed += part.length;
    onBytes?.(part.length);
  }
  return passed;
}

async function writeAll(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await to.write(bytes.subarray(done));
}

async function makeNoise(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (;;) await writeAll(to, bytes);
}

/** Hands each connection to `serve`, and closes it then. */
export function tcpServer(serve: (client: Deno.TcpConn) => Promise<void>): TcpServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = acceptAll(listener, serve);
  return {
    port: listener.addr.port,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      await accepting;
    },
  };
}

/** Resolves once the listener is closed and every client has gone. */
async function acceptAll(listener: Deno.TcpListener, serve: (client: Deno.TcpConn) => Promise<void>): Promise<void> {
  const served: Promise<void>[] = [];
  for await (const client of listener) served.push(serveOne(client, serve));
  await Promise.all(served);
}

/** A client that goes in the middle is what is expected of it. */
async function serveOne(client: Deno.TcpConn, serve: (client: Deno.TcpConn) => Promise<void>): Promise<void> {
  using _client = client;
  try {
    await serve(client);
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset)) throw error;
  }
}
