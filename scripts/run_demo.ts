/**
 * Runs a demonstration and says how it went. Ctrl-C aborts the signal, so that what the demonstration holds is let go.
 *
 * @returns the exit status: 0 when all held, 130 when interrupted, else 1.
 */
export async function runDemo(demonstrate: (signal: AbortSignal) => Promise<void>): Promise<number> {
  const interrupt = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(name, () => interrupt.abort(new Error(`interrupted by ${name}`)));
  }
  try {
    await demonstrate(interrupt.signal);
    console.log("\nAll of it held.");
    return 0;
  } catch (error) {
    console.error(`\nDemo failed: ${error instanceof Error ? error.message : error}`);
    return interrupt.signal.aborted ? 130 : 1;
  }
}
