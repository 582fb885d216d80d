import { resolve } from "@std/path";
import { generateTree } from "../../tests/support/generated_tree.ts";
import { mutateTree } from "../../tests/support/mutated_tree.ts";
import { startDaemon } from "../../tests/support/rsync_daemon.ts";
import { type RsyncRun, rsyncTimer } from "./rsync_timer.ts";
import { type TimedRun, timedRun } from "./timed_run.ts";

/** A generated repository behind a loopback daemon; it moves on from case to case. */
export interface BenchMirror extends AsyncDisposable {
  readonly dir: string;
  readonly packages: number;
  readonly uri: string;
  /** Changes so many packages, others each time. */
  mutate(changed: number): void;
}

/** Where a case measures. */
export interface BenchStage {
  /** A folder for the case's own files. */
  readonly dir: string;
  readonly mirror: BenchMirror;
  readonly runs: number;
  /** A mirror of another size, which the stage ends. */
  smaller(packages: number): Promise<BenchMirror>;
  /** A store of its own for a mirror, empty at first. */
  client(name: string, options?: ClientOptions): BenchClient;
}

/** How a client is set up. */
export interface ClientOptions {
  /** Another one than the stage's. */
  readonly mirror?: BenchMirror;
  /** More options of the repository, or others. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Time the rsyncs, which makes each a few milliseconds longer. */
  readonly timed?: boolean;
}

/** rcusync, set up for a mirror. */
export interface BenchClient {
  readonly store: string;
  /** Runs rcusync with these arguments and the client's repos.conf. */
  run(...args: string[]): Promise<ClientRun>;
}

/** What a run of rcusync took. */
export interface ClientRun extends TimedRun {
  /** The rsyncs that it ran, in order, where these are timed. */
  readonly rsyncs: readonly RsyncRun[];
}

/** Generates a repository in the empty folder `dir` and serves it. */
export async function benchMirror(dir: string, packages: number): Promise<BenchMirror> {
  generateTree(dir, { packages, seed: 1 });
  const daemon = await startDaemon({ modules: { gentoo: dir } });
  let seed = 0;
  return {
    dir,
    packages,
    uri: daemon.uri("gentoo"),
    mutate: (changed) => {
      mutateTree(dir, { fraction: changed / packages, seed: ++seed });
    },
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}

/** The stage of one case in the empty folder `dir`. */
export function benchStage(
  dir: string,
  { mirror, runs, onMirror }: {
    readonly mirror: BenchMirror;
    readonly runs: number;
    /** Called with each further mirror, to be ended after the case. */
    readonly onMirror: (mirror: BenchMirror) => void;
  },
): BenchStage {
  return {
    dir,
    mirror,
    runs,
    smaller: async (packages) => {
      const other = await benchMirror(`${dir}/mirror-${packages}`, packages);
      onMirror(other);
      return other;
    },
    client: (name, options = {}) => benchClient(`${dir}/${name}`, { mirror, ...options }),
  };
}

function benchClient(
  dir: string,
  { mirror, settings = {}, timed = false }: ClientOptions & { readonly mirror: BenchMirror },
): BenchClient {
  const [store, conf] = [`${dir}/store`, `${dir}/repos.conf`];
  Deno.mkdirSync(dir);
  Deno.writeTextFileSync(conf, reposConf({ uri: mirror.uri, location: `${dir}/gentoo`, store }, settings));
  const timer = timed ? rsyncTimer(`${dir}/bin`) : undefined;
  const env = { FEATURES: "-usersync", ...timer?.env };
  return {
    store,
    run: async (...args) => {
      const run = await timedRun([...rcusyncCommand(), ...args, "--quiet", "--repos-conf", conf], env);
      return { ...run, rsyncs: timer?.taken() ?? [] };
    },
  };
}

/** `RCUSYNC`, or the checkout's program, without the script around it that looks for a deno. */
export function rcusyncCommand(): string[] {
  const given = Deno.env.get("RCUSYNC");
  if (given !== undefined) return [resolve(given)];
  const root = new URL("../..", import.meta.url).pathname;
  return [Deno.execPath(), "run", "-A", "--quiet", "--frozen", "--config", `${root}deno.json`, `${root}main.ts`];
}

/** One spare and no grace: each sync retires one snapshot, as the reference sequence removes one. */
function reposConf(
  { uri, location, store }: { readonly uri: string; readonly location: string; readonly store: string },
  settings: Readonly<Record<string, string>>,
): string {
  const options = {
    location,
    "sync-type": "rsync",
    "sync-uri": uri,
    "sync-rcu": "yes",
    "sync-rcu-store-dir": store,
    "sync-rcu-ttl-days": "0",
    "sync-rcu-spare-snapshots": "1",
    "sync-rsync-verify-metamanifest": "no",
    ...settings,
  };
  return `[gentoo]\n${Object.entries(options).map(([key, value]) => `${key} = ${value}\n`).join("")}`;
}
