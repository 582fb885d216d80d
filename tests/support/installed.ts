import { tempDir } from "./temp_dir.ts";

const checkout = new URL("../../", import.meta.url).pathname;

/** A copy of what scripts/install reads, with a stand-in for the binary, and a DESTDIR to install into. */
export interface InstallStage extends Disposable {
  readonly destdir: string;
  /** Runs `scripts/NAME ARGS… --destdir DESTDIR`. */
  run(name: "install" | "uninstall", ...args: string[]): { code: number; out: string; err: string };
  /** The files below the destdir, sorted. */
  files(): string[];
}

/** Makes a stage; its binary prints `binary` and its arguments. */
export function installStage(): InstallStage {
  const dir = tempDir();
  const [root, destdir] = [`${dir.path}/check out`, `${dir.path}/dest dir`];
  Deno.mkdirSync(`${root}/dist`, { recursive: true });
  Deno.mkdirSync(destdir);
  for (const part of ["scripts", "completions", "docs"]) command("cp", ["-r", `${checkout}${part}`, `${root}/${part}`]);
  Deno.writeTextFileSync(`${root}/dist/rcusync`, '#!/bin/sh\necho binary "$@"\n', { mode: 0o755 });
  return {
    destdir,
    run: (name, ...args) => command(`${root}/scripts/${name}`, [...args, "--destdir", destdir]),
    files: () =>
      command("find", [destdir, "!", "-type", "d"]).out.split("\n").filter((line) => line !== "")
        .map((path) => path.slice(destdir.length)).sort(),
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

function command(name: string, args: readonly string[]): { code: number; out: string; err: string } {
  const { code, stdout, stderr } = new Deno.Command(name, { args: [...args] }).outputSync();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}
