import { join } from "@std/path";
import { namesInAny } from "./entries.ts";
import { type Running, type RunResult, startProgram } from "./program.ts";
import { startDaemon } from "./rsync_daemon.ts";
import { type RsyncCall, rsyncCalls, type RsyncScripts, writeRsyncWrapper } from "./rsync_wrapper.ts";
import { tempDir } from "./temp_dir.ts";
import { FIRST_STAMP, stamp, upstreamTree } from "./upstream_tree.ts";

/** Options of a section; `undefined` takes one of the base configuration out. */
export type Options = Readonly<Record<string, string | undefined>>;

/** Variables added to the clean environment. */
export type Variables = Readonly<Record<string, string>>;

/** A mirror, a configuration and an empty system for end-to-end tests, all below one temporary directory. */
export interface Scenario extends AsyncDisposable {
  readonly path: string;
  /** What the mirror serves. */
  readonly up: string;
  /** `rsync://127.0.0.1:PORT/demo` */
  readonly uri: string;
  /** LOCATION of `[demo]`; not there yet. */
  readonly location: string;
  /** `sync-rcu-store-dir` of {@linkcode rcu}; not there yet. */
  readonly store: string;
  /** PORTAGE_CONFIGROOT; has `etc/portage`. */
  readonly configRoot: string;
  /** ROOT; empty. */
  readonly root: string;
  /** First in PATH; empty. */
  readonly bin: string;
  /** The options that make `[demo]` an RCU repository, with more or others. */
  rcu(options?: Options): Options;
  /** Writes repos.conf: `[demo]` with location, sync-type and sync-uri, and these options. */
  configure(options?: Options): void;
  /** Writes repos.conf: these sections as they are. */
  writeSections(sections: Readonly<Record<string, Options>>): void;
  /** Writes a file below {@linkcode configRoot}, with its directories. */
  writeConfig(path: string, text: string, mode?: number): void;
  /** Runs rcusync with exactly these arguments, in {@linkcode path}. */
  run(args: readonly string[], env?: Variables): Promise<RunResult>;
  /** Runs `rcusync --repos-conf … sync` with more arguments. */
  sync(args?: readonly string[], env?: Variables): Promise<RunResult>;
  /** Starts rcusync with exactly these arguments, under words such as `setpriv …` if given; `kill` reaches it alone. */
  start(args: readonly string[], under?: readonly string[]): Running;
  /** Starts what {@linkcode sync} runs, in a process group of its own. */
  startSync(args?: readonly string[], env?: Variables): Running;
  /** Changes the mirror: edits it, then stamps it one minute later than before. */
  change(edit?: (up: string) => void): void;
  /** Has a wrapper run in place of rsync from now on; see {@linkcode rsyncCalls}. */
  wrapRsync(scripts: RsyncScripts): void;
  /** What the wrapper was called with. */
  calls(): RsyncCall[];
  /** The names in the store's `snapshots`, sorted; none when there is no such directory. */
  snapshots(): string[];
  /** The directory of a snapshot. */
  snapshot(id: number): string;
}

/** Sets the scene: `up` is stamped and served; nothing is configured or synced yet. */
export async function scenario(): Promise<Scenario> {
  const dir = tempDir();
  const { path } = dir;
  const [up, location, store] = [`${path}/up`, `${path}/loc`, `${path}/store`];
  const [configRoot, root, bin] = [`${path}/config`, `${path}/root`, `${path}/bin`];
  for (const made of [root, bin, `${path}/home`, `${path}/tmp`, `${configRoot}/etc/portage`]) {
    Deno.mkdirSync(made, { recursive: true });
  }
  upstreamTree(up);
  const daemon = await startDaemon({ modules: { demo: up } });
  const uri = daemon.uri("demo");
  const env = environment({ path, configRoot, root, bin });
  const reposConf = `${configRoot}/etc/portage/repos.conf`;
  const writeSections: Scenario["writeSections"] = (sections) =>
    Deno.writeTextFileSync(reposConf, reposConfText(sections));
  const start = (args: readonly string[], variables: Variables, ownGroup: boolean) =>
    startProgram(args, { env: { ...env, ...variables }, cwd: path, ownGroup });
  let stampedAt = FIRST_STAMP;
  return {
    ...{ path, up, uri, location, store, configRoot, root, bin, writeSections },
    rcu: (options = {}) => ({ "sync-rcu": "yes", "sync-rcu-store-dir": store, ...options }),
    configure: (options = {}) =>
      writeSections({ demo: { location, "sync-type": "rsync", "sync-uri": uri, ...options } }),
    writeConfig: (path, text, mode = 0o644) => writeFile(join(configRoot, path), text, mode),
    run: (args, variables = {}) => start(args, variables, false).ended,
    sync: (args = [], variables = {}) => start(["--repos-conf", reposConf, "sync", ...args], variables, false).ended,
    start: (args, under = []) => startProgram(args, { env, cwd: path, under }),
    startSync: (args = [], variables = {}) => start(["--repos-conf", reposConf, "sync", ...args], variables, true),
    change: (edit = () => {}) => {
      edit(up);
      stamp(up, stampedAt += 60);
    },
    wrapRsync: (scripts) => writeRsyncWrapper(bin, scripts),
    calls: () => rsyncCalls(bin),
    snapshots: () => namesInAny(join(store, "snapshots")),
    snapshot: (id) => join(store, "snapshots", String(id)),
    async [Symbol.asyncDispose]() {
      await daemon[Symbol.asyncDispose]();
      dir[Symbol.dispose]();
    },
  };
}

function environment(
  { path, configRoot, root, bin }: Readonly<Record<"path" | "configRoot" | "root" | "bin", string>>,
): Record<string, string> {
  return {
    PATH: `${bin}:${Deno.env.get("PATH") ?? "/usr/bin:/bin"}`,
    HOME: join(path, "home"),
    TMPDIR: join(path, "tmp"),
    PORTAGE_TMPDIR: join(path, "tmp"),
    PORTAGE_CONFIGROOT: configRoot,
    ROOT: root,
    FEATURES: "-usersync",
    TZ: "UTC",
  };
}

function reposConfText(sections: Readonly<Record<string, Options>>): string {
  const lines = Object.entries(sections).flatMap(([name, options]) => [
    `[${name}]`,
    ...Object.entries(options).flatMap(([key, value]) => value === undefined ? [] : [`${key} = ${value}`]),
  ]);
  return `${lines.join("\n")}\n`;
}

function writeFile(path: string, text: string, mode: number): void {
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  Deno.writeTextFileSync(path, text);
  Deno.chmodSync(path, mode);
}
