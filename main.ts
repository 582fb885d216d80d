import { Fault } from "./lib/base/fault.ts";
import { run } from "./lib/cli/run.ts";
import { tolerantTerminal } from "./lib/cli/tolerant_terminal.ts";
import { PROGRAM } from "./lib/commands/table.ts";
import { ignoresHangup } from "./lib/host/hangup.ts";
import { thisMachine } from "./lib/host/this_machine.ts";
import { setUmask } from "./lib/host/umask.ts";
import type { System } from "./lib/host/system.ts";

if (import.meta.main) Deno.exit(await main());

/** Runs this process's command line on this machine; the only place that exits is above. */
async function main(): Promise<number> {
  setUmask(0o022);
  const system = thisMachine();
  const { signal, ignoreSignals } = stopSignal(system);
  // Deno keeps what it has compiled for the next start only when the event loop turns before the end.
  await system.clock.yield();
  return await run(Deno.args, {
    program: PROGRAM,
    system,
    signal,
    ignoreSignals,
    loadConfiguration: async (system, options) => {
      const { loadConfiguration } = await import("./lib/repos_conf/load.ts");
      return loadConfiguration(system, options);
    },
  });
}

/**
 * Aborts on SIGINT, SIGTERM and, unless started by nohup(1), SIGHUP. What runs then stops in order, however often it is
 * asked.
 */
function stopSignal({ terminal }: Pick<System, "terminal">): { signal: AbortSignal; ignoreSignals: () => void } {
  const { writeErr } = tolerantTerminal(terminal);
  const controller = new AbortController();
  let ignored = false;
  const isHangupIgnored = ignoresHangup();
  const stop = (reason: Fault) => {
    if (ignored) return;
    if (controller.signal.aborted) writeErr("rcusync: Stopping; this leaves everything in order\n");
    else controller.abort(reason);
  };
  Deno.addSignalListener("SIGINT", () => stop(new Fault("interrupted", "Interrupted")));
  Deno.addSignalListener("SIGTERM", () => stop(new Fault("terminated", "Terminated")));
  Deno.addSignalListener("SIGHUP", () => {
    if (!isHangupIgnored) stop(new Fault("hangup", "The terminal was closed"));
  });
  const ignoreSignals = () => {
    ignored = true;
  };
  return { signal: controller.signal, ignoreSignals };
}
