/*
 * The program as main.ts runs it, except that it kills itself. RCUSYNC_KILL says where: `12 before` or `12 after` the
 * twelfth step that changes something; `0 before` is nowhere. RCUSYNC_STEPS names the file that takes the steps of a
 * run that came to its end, one a line.
 */
import { run } from "../../lib/cli/run.ts";
import { PROGRAM } from "../../lib/commands/table.ts";
import type { System } from "../../lib/host/system.ts";
import { thisMachine } from "../../lib/host/this_machine.ts";
import { setUmask } from "../../lib/host/umask.ts";
import { type Around, steppedFiles } from "./stepped_files.ts";

if (import.meta.main) Deno.exit(await main());

async function main(): Promise<number> {
  setUmask(0o022);
  const steps: string[] = [];
  const [at = "0", when = "before"] = (Deno.env.get("RCUSYNC_KILL") ?? "").split(" ");
  const system = killingItself(thisMachine(), { at: Number(at), when, steps });
  const code = await run(Deno.args, {
    program: PROGRAM,
    system,
    signal: new AbortController().signal,
    loadConfiguration: async (system, options) => {
      const { loadConfiguration } = await import("../../lib/repos_conf/load.ts");
      return loadConfiguration(system, options);
    },
  });
  const file = Deno.env.get("RCUSYNC_STEPS");
  if (file !== undefined) Deno.writeTextFileSync(file, steps.join("\n"));
  return code;
}

function killingItself(
  machine: System,
  { at, when, steps }: { readonly at: number; readonly when: string; readonly steps: string[] },
): System {
  const around: Around = (step, act) => {
    if (!step.changes) return act();
    steps.push(`${step.name} ${step.path}`);
    if (steps.length === at && when === "before") die();
    const result = act();
    if (steps.length === at) die();
    return result;
  };
  return {
    ...machine,
    files: steppedFiles(machine.files, around),
    // Dying after this step leaves rsync behind, at work.
    processes: {
      run: (command) =>
        Promise.try(() =>
          around({ name: "run", path: command.program, changes: true }, () => machine.processes.run(command))
        ),
    },
  };
}

/** The signal arrives before the call returns. */
function die(): never {
  Deno.kill(Deno.pid, "SIGKILL");
  throw new Error("Still alive");
}
