/** What running a command took. */
export interface TimedRun {
  readonly ms: number;
  /** The most memory that its own process, not its children, had in use at a time; 0 when it was too quick to look. */
  readonly peakMB: number;
}

const LOOK_EVERY_MS = 20;

/**
 * Runs a command to its end.
 *
 * @param env added to this process's environment.
 * @throws {Error} with its standard error when it fails.
 */
export async function timedRun(
  [command = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<TimedRun> {
  const start = performance.now();
  const child = new Deno.Command(command, { args, env, stdin: "null", stdout: "null", stderr: "piped" }).spawn();
  let peakMB = 0;
  // The kernel keeps the maximum: what is missed is what happens after the last look.
  const timer = setInterval(() => peakMB = Math.max(peakMB, peakOf(child.pid)), LOOK_EVERY_MS);
  const [{ success }, error] = await Promise.all([child.status, new Response(child.stderr).text()]);
  const ms = performance.now() - start;
  clearInterval(timer);
  if (!success) throw new Error(`${command} ${args.join(" ")} failed:\n${error}`);
  return { ms, peakMB };
}

/** The milliseconds that a command takes. */
export async function timeCommand(command: string, args: readonly string[]): Promise<number> {
  return (await timedRun([command, ...args])).ms;
}

/** Lets no side wait for what the other one wrote. */
export async function settle(): Promise<void> {
  await timeCommand("sync", []);
}

function peakOf(pid: number): number {
  try {
    const kB = /^VmHWM:\s+([0-9]+) kB$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1];
    return kB === undefined ? 0 : Number(kB) / 1024;
  } catch {
    // It has just ended, or there is no /proc here.
    return 0;
  }
}
