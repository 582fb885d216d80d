/**
 * Puts a program named `rsync` into `folder`, made of shell commands that see the arguments as `"$@"`, and returns a
 * PATH that finds it first. `$REAL` is the real one.
 */
export function fakeRsync(folder: string, ...commands: readonly string[]): string {
  const path = Deno.env.get("PATH") ?? "";
  const script = `${folder}/rsync`;
  Deno.writeTextFileSync(script, ["#!/bin/sh", `REAL=${realRsync(path)}`, ...commands, ""].join("\n"));
  Deno.chmodSync(script, 0o755);
  return `${folder}:${path}`;
}

function realRsync(path: string): string {
  const found = path.split(":").map((folder) => `${folder}/rsync`).find((file) => isFile(file));
  if (found === undefined) throw new Error("rsync is not in PATH");
  return found;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
