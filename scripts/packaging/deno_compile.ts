import { run } from "./run.ts";

/** Runs `deno compile`; returns why it could not, undefined when it could. */
export async function compileWithDeno(
  { program, target, output }: { program: string; target: string; output: string },
): Promise<string | undefined> {
  const args = ["compile", "-A", "--quiet", "--no-config", "--no-lock", "--no-check", "--app-name", "rcusync"];
  const words = [...args, "--target", target, "--output", output, program];
  const { success, stderr } = await run(Deno.execPath(), words, { env: { NO_COLOR: "1" } });
  return success ? undefined : stderr;
}
