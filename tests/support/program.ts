import { basename } from "@std/path";

const checkout = new URL("../../", import.meta.url).pathname;

/** How a run of the program ended. */
export interface RunResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A run that is under way. */
export interface Running {
  readonly pid: number;
  /** With `ownGroup`, signals every process of the run. */
  kill(signal: Deno.Signal): void;
  readonly ended: Promise<RunResult>;
}

/** How to run the program. */
export interface RunSettings {
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** In a process group of its own, as a shell would start it. */
  readonly ownGroup?: boolean;
  /** The words of a program to run it under, such as strace. */
  readonly under?: readonly string[];
}

/**
 * Starts rcusync: the executable that the environment variable RCUSYNC names, else this checkout, so that one suite
 * tests both.
 */
export function startProgram(
  args: readonly string[],
  { env, cwd, ownGroup = false, under = [] }: RunSettings,
): Running {
  const [command = "", ...words] = [...(ownGroup ? ["setsid"] : []), ...under, ...programWords(), ...args];
  const options = { args: words, cwd, env: { ...env, ...denoDir() }, clearEnv: true } as const;
  const child = new Deno.Command(command, { ...options, stdin: "null", stdout: "piped", stderr: "piped" }).spawn();
  return {
    pid: child.pid,
    kill: (signal) => ownGroup ? killGroup(child.pid, signal) : child.kill(signal),
    ended: child.output().then(({ code, stdout, stderr }) => ({ code, out: decode(stdout), err: decode(stderr) })),
  };
}

/** The words that run it. */
export function programWords(): string[] {
  const binary = Deno.env.get("RCUSYNC");
  if (binary !== undefined && binary !== "") return [binary];
  return moduleWords("main.ts");
}

/**
 * The words that run a module of the checkout, given by its path there: from the folder of bundles that the environment
 * variable RCUSYNC_BUNDLES names, where it starts sooner, else from its source.
 */
export function moduleWords(path: string): string[] {
  const bundles = Deno.env.get("RCUSYNC_BUNDLES");
  const words = [Deno.execPath(), "run", "-A", "--quiet", "--no-check"];
  if (bundles !== undefined) return [...words, "--no-config", "--no-lock", `${bundles}/${bundleName(path)}`];
  return [...words, "--frozen", `--config=${checkout}deno.json`, `${checkout}${path}`];
}

/** What the bundle of a module is called; `main.ts` becomes `main.js`. */
export function bundleName(path: string): string {
  return `${basename(path, ".ts")}.js`;
}

/** Where Deno keeps what it has downloaded and compiled, however little of the environment is passed on. */
export function denoDir(): Record<string, string> {
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "/root"}/.cache`;
  return { DENO_DIR: Deno.env.get("DENO_DIR") ?? `${cache}/deno`, DENO_NO_UPDATE_CHECK: "1" };
}

function killGroup(pid: number, signal: Deno.Signal): void {
  new Deno.Command("kill", { args: ["-s", signal.slice("SIG".length), "--", `-${pid}`] }).outputSync();
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
