import { timeCommand } from "./timed_run.ts";

/** The options that Portage gives rsync, without those that only print. */
const rsyncOptions = [
  "--recursive",
  "--links",
  "--safe-links",
  "--perms",
  "--times",
  "--omit-dir-times",
  "--compress",
  "--force",
  "--whole-file",
  "--delete",
  "--timeout=180",
  "--exclude=/distfiles",
  "--exclude=/local",
  "--exclude=/packages",
];

/**
 * The steps of Portage's sync-rcu, by the commands it runs: copy the latest snapshot with hardlinks, rsync the mirror
 * into the copy, publish it, remove the snapshot before the last. Returns the milliseconds of all of them.
 */
export async function referenceSync(store: string, { uri, id }: { uri: string; id: number }): Promise<number> {
  const snapshot = (number: number) => `${store}/snapshots/${number}`;
  const staging = `${store}/update`;
  const start = performance.now();
  await Deno.mkdir(`${store}/snapshots`, { recursive: true });
  await timeCommand("rm", ["-rf", staging]);
  if (id > 1) {
    await timeCommand("rsync", ["-a", `--link-dest=${snapshot(id - 1)}`, `${snapshot(id - 1)}/`, `${staging}/`]);
  }
  await timeCommand("rsync", [...rsyncOptions, `${uri}/`, `${staging}/`]);
  await Deno.rename(staging, snapshot(id));
  await Deno.symlink(`snapshots/${id}`, `${store}/latest.new`);
  await Deno.rename(`${store}/latest.new`, `${store}/latest`);
  if (id > 2) await timeCommand("rm", ["-rf", snapshot(id - 2)]);
  return performance.now() - start;
}
