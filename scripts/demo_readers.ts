/**
 * `scripts/demo readers`: a reader in a mount namespace of its own, as a container is, keeps its snapshot through the
 * end of its time to live and through garbage collection, and then lets go.
 *
 * Everything happens in a temporary directory that is removed at the end, on Ctrl-C too. The exit status is 0 only if
 * every expectation held. Needs root, for the mount.
 */

import { generateTree } from "../tests/support/generated_tree.ts";
import { type DemoPlace, expect, rcusync, snapshotsOf, step } from "./demo_steps.ts";
import { runDemo } from "./run_demo.ts";
import { mixedFolders } from "../tests/support/manifest_tree.ts";
import { mutateTree } from "../tests/support/mutated_tree.ts";
import { type ReaderProcess, startReader } from "../tests/support/reader_process.ts";
import { rsyncDaemon } from "../tests/support/rsync_daemon.ts";
import { withoutCommand, withoutRoot } from "../tests/support/skip.ts";
import { tempDir } from "../tests/support/temp_dir.ts";

if (import.meta.main) Deno.exit(await main());

/** Where the demo happens. */
interface Stage extends DemoPlace {
  readonly upstream: string;
  readonly store: string;
  /** Where the reader sees the repository, in its own mount namespace. */
  readonly inside: string;
}

async function main(): Promise<number> {
  const lacking = withoutRoot() ?? withoutCommand("unshare") ?? withoutCommand("nsenter");
  if (lacking !== undefined) {
    console.error(`scripts/demo readers ${lacking}, to make a mount namespace`);
    return 1;
  }
  return await runDemo(demonstrate);
}

async function demonstrate(signal: AbortSignal): Promise<void> {
  using temp = tempDir();
  const dir = Deno.realPathSync(temp.path);
  const stage: Stage = { dir, upstream: `${dir}/upstream`, store: `${dir}/store`, inside: `${dir}/container`, signal };
  Deno.mkdirSync(stage.inside);
  generateTree(stage.upstream, { packages: 120, seed: 1 });
  await using daemon = await rsyncDaemon(stage.upstream);

  step("A repository whose old snapshots expire at once, and its first sync");
  console.log("$ cat repos.conf\n" + writeReposConf(stage, daemon.uri).trimEnd());
  await rcusync(stage, "sync");

  step("A container starts: it binds the location into a mount namespace of its own");
  await using container = await startContainer(stage);
  await keepReading(stage, container);
  await letGo(stage, container);
}

/** The process ends once, when it is told to or when the demo fails. */
async function startContainer({ dir, inside }: Stage): Promise<ReaderProcess> {
  const script = 'mount --bind "$1" "$2"; cd /';
  console.log(`$ unshare --mount sh -c 'mount --bind ${dir}/gentoo ${inside}; …'`);
  const reader = await startReader(script, [`${dir}/gentoo`, inside], { namespaces: ["--mount"] });
  let ended: PromiseLike<void> | undefined;
  return { pid: reader.pid, [Symbol.asyncDispose]: () => ended ??= reader[Symbol.asyncDispose]() };
}

async function keepReading(stage: Stage, reader: ReaderProcess): Promise<void> {
  const before = stampSeenBy(stage, reader);
  step("Upstream changes twice; both times a sync publishes it and collects garbage");
  for (const seed of [2, 3]) {
    mutateTree(stage.upstream, { fraction: 0.05, seed });
    await rcusync(stage, "sync");
  }
  step("Snapshot 1 is expired and no spare, yet it stays: somebody reads it");
  await rcusync(stage, "gc");
  expect(String(snapshotsOf(stage)) === "1,3", `snapshots 1 and 3 are left, not ${snapshotsOf(stage)}`);
  expect(stampSeenBy(stage, reader) === before, "the container sees the tree that it began with");
  expect(mixedFolders(`${stage.store}/snapshots/1`).length === 0, "that tree is whole");
  console.log(`The container, process ${reader.pid}, still sees the tree of: ${before}`);

  step("The doctor says who is stuck there, and what to do");
  await rcusync(stage, "doctor", { expected: 14 });
}

async function letGo(stage: Stage, reader: ReaderProcess): Promise<void> {
  step("gc --wait waits for the reader; the container ends");
  const onTalk = async (chunk: Uint8Array) => {
    await Deno.stderr.write(chunk);
    await reader[Symbol.asyncDispose]();
  };
  await rcusync(stage, "gc", { words: ["--wait"], onTalk });
  expect(String(snapshotsOf(stage)) === "3", `snapshot 3 is left alone, not ${snapshotsOf(stage)}`);
  await rcusync(stage, "status");
}

/** What a process in the container's namespace reads. */
function stampSeenBy({ inside }: Stage, { pid }: ReaderProcess): string {
  const args = ["--mount", `--target=${pid}`, "cat", `${inside}/metadata/timestamp.chk`];
  const { code, stdout } = new Deno.Command("nsenter", { args }).outputSync();
  expect(code === 0, "the container can read its tree");
  return new TextDecoder().decode(stdout).trim();
}

function writeReposConf({ dir, store }: Stage, uri: string): string {
  const text = `[gentoo]
location = ${dir}/gentoo
sync-type = rsync
sync-uri = ${uri}
sync-rcu = yes
sync-rcu-store-dir = ${store}
sync-rcu-ttl-days = 0
sync-rcu-spare-snapshots = 0
sync-rcu-recycle = no
sync-rsync-verify-metamanifest = no
`;
  Deno.writeTextFileSync(`${dir}/repos.conf`, text);
  return text;
}
