import { dirname, join } from "@std/path";
import { run } from "../../lib/cli/run.ts";
import { PROGRAM } from "../../lib/commands/table.ts";
import { systemClock } from "../../lib/host/clock.ts";
import type { Files } from "../../lib/host/files.ts";
import { loadConfiguration } from "../../lib/repos_conf/load.ts";
import { fakeSystem } from "./fake_system.ts";
import { fakeTerminal } from "./fake_terminal.ts";
import { denoDir, moduleWords } from "./program.ts";

/** How a run of the program ended. */
export interface LabRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Where a run kills itself: `before` or `after` the step of that number, counted from 1. */
export interface KillPoint {
  readonly step: number;
  readonly when: "before" | "after";
}

/** A repository with its mirror, a directory that rsync reads by itself, where whatever a fault did can be undone. */
export interface Lab extends Disposable {
  readonly dir: string;
  /** What the mirror serves. */
  readonly up: string;
  /** First in PATH. */
  readonly bin: string;
  readonly location: string;
  readonly store: string;
  /** Words and variables that make the program sync this repository. */
  readonly words: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Writes repos.conf, with these options besides location and mirror. */
  configure(options: Readonly<Record<string, string>>): void;
  /** Runs a command, which may have words of its own, in this process, perhaps on other files. */
  run(command: string, files?: (files: Files) => Files): Promise<LabRun>;
  /** Runs a command in a process that kills itself. */
  runKilled(command: string, point: KillPoint): Promise<LabRun>;
  /** The steps of a command that runs to its end, each as `NAME PATH`. */
  stepsOf(command: string): Promise<readonly string[]>;
  /** From now on runs see another boot of the machine. */
  reboot(): void;
  /** Remembers all below the directories that hold location and store. */
  save(): void;
  /** Brings back what was saved last, and removes what runs have left in the lab's directory for temporary files. */
  restore(): void;
}

/** Where a lab is. */
export interface LabPlace {
  /** Location and store are on different file systems. */
  readonly apart?: boolean;
  /** An existing directory for location and store. */
  readonly on?: string;
}

/** Makes a lab, in memory where that can be. */
export function lab({ apart = false, on }: LabPlace = {}): Lab {
  const dir = Deno.makeTempDirSync({ prefix: "rcusync-lab-", ...inMemory() });
  const outside = apart ? Deno.makeTempDirSync({ prefix: "rcusync-lab-" }) : dir;
  const system = join(on ?? dir, "system");
  const held = apart ? [system, join(outside, "repos")] : [system];
  const [up, store, bin] = [join(dir, "up"), join(system, "store"), join(dir, "bin")];
  const location = join(apart ? outside : system, "repos/demo");
  const reposConf = join(dir, "repos.conf");
  const words = ["--repos-conf", reposConf];
  const variables = {
    PATH: `${bin}:${Deno.env.get("PATH") ?? "/usr/bin:/bin"}`,
    HOME: dir,
    TMPDIR: join(dir, "tmp"),
    PORTAGE_CONFIGROOT: join(dir, "config"),
    FEATURES: "-usersync",
  };
  for (const made of [up, dirname(store), dirname(location), variables.TMPDIR, variables.PORTAGE_CONFIGROOT]) {
    Deno.mkdirSync(made, { recursive: true });
  }
  let bootId: string | undefined;
  return {
    ...{ dir, up, bin, location, store, words, variables },
    configure: (options) => {
      const all = { location, "sync-type": "rsync", "sync-uri": `file://${up}`, ...options };
      const lines = Object.entries(all).map(([key, value]) => `${key} = ${value}\n`);
      Deno.writeTextFileSync(reposConf, `[demo]\n${lines.join("")}`);
    },
    run: (command, files = (same) => same) => runHere([...words, ...command.split(" ")], { variables, files, bootId }),
    runKilled: (command, { step, when }) =>
      runApart([...words, ...command.split(" ")], { ...variables, RCUSYNC_KILL: `${step} ${when}` }),
    stepsOf: async (command) => {
      const file = join(dir, "steps");
      const { code, err } = await runApart([...words, ...command.split(" ")], { ...variables, RCUSYNC_STEPS: file });
      if (code !== 0) throw new Error(`${command} failed: ${err}`);
      return Deno.readTextFileSync(file).split("\n");
    },
    reboot: () => {
      bootId = crypto.randomUUID();
    },
    save: () => held.forEach((from) => copyTree(from, `${from}.saved`)),
    restore: () => {
      held.forEach((to) => copyTree(`${to}.saved`, to));
      emptyDirectory(variables.TMPDIR);
    },
    [Symbol.dispose]: () => new Set([dir, outside]).forEach((path) => Deno.removeSync(path, { recursive: true })),
  };
}

/** The options that make the lab's repository an RCU one. */
export function rcuOptions({ store }: Pick<Lab, "store">, more: Readonly<Record<string, string>> = {}) {
  return { "sync-rcu": "yes", "sync-rcu-store-dir": store, ...more };
}

/** A flush to a disk takes longer than all the rest together, and what dies with its process needs none. */
function inMemory(): { dir?: string } {
  try {
    return Deno.statSync("/dev/shm").isDirectory ? { dir: "/dev/shm" } : {};
  } catch {
    return {};
  }
}

async function runHere(
  argv: readonly string[],
  { variables, files, bootId }: {
    readonly variables: Record<string, string>;
    readonly files: (files: Files) => Files;
    readonly bootId: string | undefined;
  },
): Promise<LabRun> {
  const terminal = fakeTerminal();
  const system = fakeSystem({ terminal, clock: systemClock, variables });
  const environment = bootId === undefined ? system.environment : { ...system.environment, bootId };
  const code = await run(argv, {
    program: PROGRAM,
    system: { ...system, environment, files: files(system.files) },
    signal: new AbortController().signal,
    // Like the terminal, the configuration is none of the things that fail.
    loadConfiguration: (_, options) => Promise.resolve(loadConfiguration(system, options)),
  });
  return { code, out: terminal.out, err: terminal.err };
}

async function runApart(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<LabRun> {
  const [command = "", ...words] = moduleWords("tests/support/killed_main.ts");
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...words, ...argv],
    env: { ...env, ...denoDir() },
    clearEnv: true,
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

function emptyDirectory(path: string): void {
  Deno.removeSync(path, { recursive: true });
  Deno.mkdirSync(path);
}

function copyTree(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  Deno.removeSync(to, { recursive: true });
  const { success, stderr } = new Deno.Command("cp", { args: ["-a", "--", from, to] }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
