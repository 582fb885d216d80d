import { resolve } from "@std/path";
import { type CommandResult, type Context, defineCommand } from "../cli/command.ts";
import { counted } from "../cli/render/quantity.ts";
import { unmountSnapshots } from "../history/snapshot_mounts.ts";

/** `rcusync unmount DIR` */
export const unmount = defineCommand({
  needs: "nothing",
  description: [
    "Unmounts the snapshot on DIR, and those that rcusync mount --refresh left below it. The snapshots then go when they " +
    "expire. Fails while somebody uses one.",
  ],
  positionals: { dir: { placeholder: "DIR", kind: "directory", arity: "one" } },
  flags: {},
  exitStatuses: [11],
  examples: [{ line: "rcusync unmount /chroot/var/db/repos/gentoo", purpose: "Take it away again" }],
  run: (context, { positionals: { dir } }) => takeAway(context, dir),
});

async function takeAway({ everywhere, system }: Context, path: string): Promise<CommandResult> {
  const dir = resolve(system.environment.currentDir, path);
  const dryRun = everywhere["dry-run"];
  const count = dryRun ? undefined : await unmountSnapshots(system, dir);
  const text = count === undefined ? `Would unmount ${dir}` : `Unmounted ${counted(count, "snapshot")} from ${dir}`;
  return { exitCode: 0, document: { dryRun, dir, count: count ?? null }, view: [{ kind: "paragraph", text }] };
}
