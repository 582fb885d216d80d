import { programInPath } from "../../scripts/program_in_path.ts";

/**
 * Registers a test that runs unless there is a reason why it cannot on this machine. A skipped test shows as
 * `SKIP name: reason` and is counted as skipped, never as passed.
 *
 * @example
 * ```ts ignore
 * testUnless(withoutRoot() ?? withoutCommand("strace"), "commit flushes before it renames", async () => { … });
 * ```
 */
export function testUnless(reason: string | undefined, name: string, fn: Deno.TestDefinition["fn"]): void {
  if (reason === undefined) Deno.test(name, fn);
  else Deno.test({ name: `SKIP ${name}: ${reason}`, ignore: true, fn });
}

/** The reason to skip what only root can do. */
export function withoutRoot(): string | undefined {
  return Deno.uid() === 0 ? undefined : "needs root";
}

/** The reason to skip what needs a program that is not in PATH. */
export function withoutCommand(command: string): string | undefined {
  return programInPath(command) === undefined ? `needs the command ${command}` : undefined;
}
