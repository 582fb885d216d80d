import { join } from "@std/path";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import { listConfigFiles } from "../repos_conf/walk_config.ts";

/** The executable hooks of a configuration, in the order in which they run; read once at the start. */
export interface Hooks {
  /** `repo.postsync.d`: after each repository, with its name, URI and location. */
  readonly perRepository: readonly string[];
  /** `postsync.d`: once at the end, without arguments. */
  readonly global: readonly string[];
}

/** Finds the hooks below the configuration root. */
export function findHooks(
  { files }: Pick<System, "files">,
  { root, configRoot }: { readonly root: string; readonly configRoot: string },
): Hooks {
  const executables = (dir: string) =>
    listConfigFiles(files, root, join(configRoot, "etc/portage", dir))
      .filter((path) => ((files.stat(path)?.mode ?? 0) & 0o111) !== 0);
  return { perRepository: executables("repo.postsync.d"), global: executables("postsync.d") };
}

/** How hooks are run. */
export interface HookRun {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** For what a hook prints just before it ends, where something in the background holds its output. */
const LAST_OUTPUT_MS = 500;

/**
 * Runs hooks one after the other as the calling user, their output on standard error. A hook that fails does not stop
 * the others; an aborted signal does.
 *
 * @returns a fault of kind `hook` for each that failed.
 */
export async function runHooks(
  { processes, terminal }: Pick<System, "processes" | "terminal">,
  hooks: readonly string[],
  { args, env, signal }: HookRun,
): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  for (const program of hooks) {
    if (signal.aborted) break;
    const fault = await runHook({ processes }, {
      program,
      args,
      env,
      umask: 0o022,
      onOutput: textWriter(terminal),
      onError: textWriter(terminal),
      lastOutputMs: LAST_OUTPUT_MS,
      signal,
    });
    // One that was told to stop has not failed.
    if (fault !== undefined && !signal.aborted) faults.push(fault);
  }
  return faults;
}

/** Characters may come in pieces; each stream has its own. */
function textWriter(terminal: Pick<System["terminal"], "writeErr">): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder();
  return (bytes) => terminal.writeErr(decoder.decode(bytes, { stream: true }));
}

async function runHook(
  { processes }: Pick<System, "processes">,
  command: Parameters<System["processes"]["run"]>[0],
): Promise<Fault | undefined> {
  try {
    const { code } = await processes.run(command);
    if (code === 0) return undefined;
    return new Fault("hook", `Hook ${quoted(command.program)} failed with exit status ${code}`, {
      hint: "Run it by hand to see why, or take away its executable bit",
    });
  } catch (error) {
    return new Fault("hook", `Hook ${quoted(command.program)} could not be started`, {
      hint: "Check its first line and its permissions",
      cause: error,
    });
  }
}
