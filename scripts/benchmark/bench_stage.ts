import { resolve } from "@std/path";
import { generateTree } from "../../tests/support/generated_tree.ts";
import { rsyncDaemon } from "../../tests/support/rsync_daemon.ts";

/** Where a case measures: a generated repository behind a loopback daemon, and rcusync set up for it. */
export interface BenchStage extends AsyncDisposable {
  /** A folder for the case's own files. */
  readonly dir: string;
  readonly upstream: string;
  readonly uri: string;
  readonly store: string;
  readonly runs: number;
  /** Runs rcusync with arguments and the stage's repos.conf; returns the milliseconds it took. */
  rcusync(...args: string[]): Promise<number>;
}

/** Builds a stage in the empty folder `dir`. */
export async function benchStage(
  dir: string,
  { packages, runs }: { packages: number; runs: number },
): Promise<BenchStage> {
  const upstream = `${dir}/upstream`;
  const store = `${dir}/store`;
  const conf = `${dir}/repos.conf`;
  generateTree(upstream, { packages, seed: 1 });
  const daemon = await rsyncDaemon(upstream);
  await Deno.writeTextFile(conf, reposConf({ uri: daemon.uri, location: `${dir}/gentoo`, store }));
  const program = resolve(Deno.env.get("RCUSYNC") ?? new URL("../rcusync", import.meta.url).pathname);
  return {
    dir,
    upstream,
    uri: daemon.uri,
    store,
    runs,
    rcusync: (...args) => timeCommand(program, [...args, "--quiet", "--repos-conf", conf]),
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}

/**
 * Runs a command and returns the milliseconds it took.
 *
 * @throws {Error} with its standard error when it fails.
 */
export async function timeCommand(command: string, args: readonly string[]): Promise<number> {
  const start = performance.now();
  const { success, stderr } = await new Deno.Command(command, { args: [...args], stdin: "null" }).output();
  const ms = performance.now() - start;
  if (!success) throw new Error(`${command} ${args.join(" ")} failed:\n${new TextDecoder().decode(stderr)}`);
  return ms;
}

/** One spare and no grace: each sync retires one snapshot, as the reference sequence removes one. */
function reposConf({ uri, location, store }: { uri: string; location: string; store: string }): string {
  return `[gentoo]
location = ${location}
sync-type = rsync
sync-uri = ${uri}
sync-rcu = yes
sync-rcu-store-dir = ${store}
sync-rcu-ttl-days = 0
sync-rcu-spare-snapshots = 1
sync-rsync-verify-metamanifest = no
`;
}
