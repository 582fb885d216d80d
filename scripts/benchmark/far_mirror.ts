/** A way to a server that takes time. */
export interface FarMirror extends AsyncDisposable {
  readonly port: number;
}

/** Passes connections on to another port of this machine, and keeps every byte back for `delayMs` each way. */
export function farMirror(port: number, delayMs: number): FarMirror {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = acceptAll(listener, port, delayMs);
  return {
    port: listener.addr.port,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      await accepting;
    },
  };
}

async function acceptAll(listener: Deno.TcpListener, port: number, delayMs: number): Promise<void> {
  const served: Promise<void>[] = [];
  for await (const client of listener) served.push(serve(client, port, delayMs));
  await Promise.all(served);
}

async function serve(client: Deno.TcpConn, port: number, delayMs: number): Promise<void> {
  using _client = client;
  using server = await Deno.connect({ hostname: "127.0.0.1", port });
  await Promise.allSettled([passOn(client, server, delayMs), passOn(server, client, delayMs)]);
}

async function passOn(from: Deno.TcpConn, to: Deno.TcpConn, delayMs: number): Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  for (;;) {
    const buffer = new Uint8Array(65_536);
    const length = await from.read(buffer);
    const due = new Promise((resolve) => setTimeout(resolve, delayMs));
    const before = last;
    last = due.then(() => before).then(() =>
      length === null ? to.closeWrite() : writeAll(to, buffer.subarray(0, length))
    );
    last.catch(() => {});
    if (length === null) break;
  }
  await last;
}

async function writeAll(to: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await to.write(bytes.subarray(done));
}
