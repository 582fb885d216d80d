import { programInPath } from "./program_in_path.ts";

/**
 * Writes a program named `rsync` into the folder `dir`, which is created where it is missing, and returns a PATH that
 * finds it first.
 *
 * @param script what it does, for a shell: it sees the arguments as `"$@"`, and `"$RSYNC"` is the real one.
 * @throws {Error} when there is no real one.
 */
export function rsyncStandIn(dir: string, script: string): string {
  const rsync = programInPath("rsync");
  if (rsync === undefined) throw new Error("There is no rsync in PATH");
  Deno.mkdirSync(dir, { recursive: true });
  Deno.writeTextFileSync(`${dir}/rsync`, `#!/bin/sh\nRSYNC=${rsync}\n${script}\n`);
  Deno.chmodSync(`${dir}/rsync`, 0o755);
  return `${dir}:${Deno.env.get("PATH")}`;
}
