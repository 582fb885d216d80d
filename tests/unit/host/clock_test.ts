import { assertEquals } from "@std/assert";
import { systemClock } from "../../../lib/host/clock.ts";

/** A loop that gives its turn away only so often. */
const TURN_MS = 5;
const SOON_MS = 5000;

Deno.test("a long loop that yields lets timers, signals, other threads and programs be heard", async () => {
  const heard = new Set<string>();
  const hear = (what: string) => () => void heard.add(what);
  const onSignal = hear("signal");
  Deno.addSignalListener("SIGUSR1", onSignal);
  const worker = new Worker("data:text/javascript,setTimeout(() => postMessage(1), 20)", { type: "module" });
  worker.onmessage = hear("thread");
  setTimeout(hear("timer"), 20);
  const script = `sleep 0.05; echo; kill -USR1 ${Deno.pid}`;
  const child = new Deno.Command("sh", { args: ["-c", script], stdout: "piped" }).spawn();
  const output = child.stdout.pipeTo(new WritableStream({ write: hear("output") }));
  const ended = child.status.then(hear("end"));
  try {
    for (const until = performance.now() + SOON_MS; heard.size < 5 && performance.now() < until;) {
      for (const turn = performance.now() + TURN_MS; performance.now() < turn;);
      await systemClock.yield();
    }
    assertEquals([...heard].sort(), ["end", "output", "signal", "thread", "timer"]);
  } finally {
    worker.terminate();
    await Promise.all([output, ended]);
    Deno.removeSignalListener("SIGUSR1", onSignal);
  }
});
