/**
 * `scripts/demo`: syncs a small generated repository from a loopback rsync daemon while a reader loops over it.
 *
 * Everything happens in a temporary directory that is removed at the end, on Ctrl-C too. The exit status is 0 only if
 * every expectation held.
 */

import { generateTree } from "../tests/support/generated_tree.ts";
import { type DemoPlace, expect, rcusync, snapshotsOf, step } from "./demo_steps.ts";
import { runDemo } from "./run_demo.ts";
import { loopingReader } from "../tests/support/looping_reader.ts";
import { mixedFolders } from "../tests/support/manifest_tree.ts";
import { mutateTree } from "../tests/support/mutated_tree.ts";
import { rsyncDaemon } from "../tests/support/rsync_daemon.ts";
import { tempDir } from "../tests/support/temp_dir.ts";

if (import.meta.main) Deno.exit(await runDemo(demonstrate));

/** Where the demo happens. */
interface Stage extends DemoPlace {
  readonly upstream: string;
  readonly location: string;
  readonly store: string;
  readonly uri: string;
}

async function demonstrate(signal: AbortSignal): Promise<void> {
  using temp = tempDir();
  const dir = Deno.realPathSync(temp.path);
  const upstream = `${dir}/upstream`;
  generateTree(upstream, { packages: 120, seed: 1 });
  await using daemon = await rsyncDaemon(upstream);
  const stage = { dir, upstream, location: `${dir}/gentoo`, store: `${dir}/store`, uri: daemon.uri, signal };

  step("A mirror on loopback, and a repos.conf that asks for snapshots");
  console.log("$ cat repos.conf\n" + writeReposConf(stage, { ttlDays: 7 }).trimEnd());
  await firstSync(stage);
  await syncUnderReader(stage);
  await rollForward(stage, { times: 2 });
  await collectGarbage(stage);
}

async function firstSync(stage: Stage): Promise<void> {
  step("The first sync");
  await rcusync(stage, "sync");
  expectLatest(stage, 1);
}

async function syncUnderReader(stage: Stage): Promise<void> {
  step("Upstream changes; sync again while a reader loops over the location");
  mutateTree(stage.upstream, { fraction: 0.05, seed: 2 });
  const reader = loopingReader(stage.location);
  try {
    await rcusync(stage, "sync");
  } finally {
    const { reads, failures, trees } = await reader.stop();
    console.log(
      `The reader read the whole tree ${reads} times, saw ${trees.length} snapshots, failed ${failures.length} times.`,
    );
    expect(failures.length === 0, `a reader that never fails, not: ${failures[0]}`);
  }
  expectLatest(stage, 2);
  await rcusync(stage, "status");
}

async function rollForward(stage: Stage, { times }: { times: number }): Promise<void> {
  step("Roll forward");
  for (let time = 1; time <= times; time++) {
    mutateTree(stage.upstream, { fraction: 0.05, seed: 2 + time });
    await rcusync(stage, "sync");
    expectLatest(stage, 2 + time);
  }
  await rcusync(stage, "path", { words: ["gentoo"] });
}

async function collectGarbage(stage: Stage): Promise<void> {
  step("The grace period ends: collect garbage");
  const before = snapshotsOf(stage);
  writeReposConf(stage, { ttlDays: 0 });
  console.log("$ grep ttl repos.conf\nsync-rcu-ttl-days = 0");
  await rcusync(stage, "gc");
  await rcusync(stage, "status");
  const after = snapshotsOf(stage);
  console.log(`Snapshots before: ${before.join(" ")}; after: ${after.join(" ")} (the latest and one spare).`);
  expect(String(after) === String(before.slice(-2)), "the latest snapshot and one spare are left");
  expectLatest(stage, 4);
}

function writeReposConf({ dir, location, store, uri }: Stage, { ttlDays }: { ttlDays: number }): string {
  const text = `[DEFAULT]
main-repo = gentoo

[gentoo]
location = ${location}
sync-type = rsync
sync-uri = ${uri}
sync-rcu = yes
sync-rcu-store-dir = ${store}
sync-rcu-ttl-days = ${ttlDays}
sync-rcu-spare-snapshots = 1
sync-rsync-verify-metamanifest = no
`;
  Deno.writeTextFileSync(`${dir}/repos.conf`, text);
  return text;
}

/** The location shows snapshot `id`, whole, and it is what upstream has. */
function expectLatest({ location, store, upstream }: Stage, id: number): void {
  const tree = Deno.realPathSync(location);
  expect(tree === `${store}/snapshots/${id}`, `${location} resolves to snapshot ${id}, not ${tree}`);
  expect(mixedFolders(tree).length === 0, `snapshot ${id} is one generation`);
  const stamp = "metadata/timestamp.chk";
  const same = Deno.readTextFileSync(`${tree}/${stamp}`) === Deno.readTextFileSync(`${upstream}/${stamp}`);
  expect(same, `snapshot ${id} is what upstream has`);
}
