/**
 * Runs a program to its end and returns what it wrote to standard output, without blanks around. /sbin is searched, too:
 * not everybody has it in PATH.
 *
 * @throws what it wrote to standard error when it fails.
 */
export function call(program: string, ...args: readonly string[]): string {
  const { success, stdout, stderr } = new Deno.Command(program, { args: [...args], env: withSbin() }).outputSync();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${text(stderr)}`);
  return text(stdout).trim();
}

/**
 * As {@linkcode call}, tried anew for a while: whoever looks around in file systems, or has a mount namespace of its own,
 * may keep one busy for a moment.
 */
export function callPersistently(program: string, ...args: readonly string[]): void {
  for (let attempts = 200; attempts > 1; attempts--) {
    const command = new Deno.Command(program, { args: [...args], env: withSbin(), stdout: "null", stderr: "null" });
    if (command.outputSync().success) return;
  }
  call(program, ...args);
}

function withSbin(): Record<string, string> {
  return { PATH: `${Deno.env.get("PATH")}:/usr/sbin:/sbin` };
}
