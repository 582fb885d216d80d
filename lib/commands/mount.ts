import { resolve } from "@std/path";
import { type CommandResult, type ConfiguredContext, defineCommand } from "../cli/command.ts";
import { usageFault } from "../cli/usage_fault.ts";
import type { Block } from "../cli/view.ts";
import { mountLatest, refreshMounts } from "../history/snapshot_mounts.ts";
import { oneRepository } from "./one_repository.ts";

/** `rcusync mount REPO DIR` */
export const mount = defineCommand({
  needs: "configuration",
  description: [
    "Mounts the latest snapshot on DIR, read-only: for a chroot or a container that is to see one unchanging tree. The " +
    "snapshot is kept as long as it is mounted. A sync does not change what is mounted.",
    "With --refresh, mounts of older snapshots move to the latest: the one on DIR, or all of the repository. Who has " +
    "something open there keeps it: the old mount then stays below the new one until rcusync unmount. An idle one is " +
    "unmounted first, so that DIR is empty for a moment.",
  ],
  positionals: {
    repository: { placeholder: "REPO", kind: "repository", arity: "one" },
    dir: { placeholder: "DIR", kind: "directory", arity: "optional" },
  },
  flags: { refresh: { kind: "switch", description: "Move existing mounts to the latest snapshot" } },
  exitStatuses: [14],
  examples: [
    { line: "rcusync mount gentoo /chroot/var/db/repos/gentoo", purpose: "Give a chroot the latest snapshot" },
    { line: "rcusync mount --refresh gentoo", purpose: "After a sync, from a hook: move all mounts on" },
  ],
  run: (context, { flags, positionals }) => mountOrRefresh(context, { ...flags, ...positionals }),
});

interface MountRequest {
  readonly repository: string;
  readonly dir: string | undefined;
  readonly refresh: boolean;
}

async function mountOrRefresh(context: ConfiguredContext, request: MountRequest): Promise<CommandResult> {
  const { configuration, everywhere, signal, system } = context;
  const repository = oneRepository(configuration, request.repository);
  const dir = request.dir === undefined ? undefined : resolve(system.environment.currentDir, request.dir);
  const dryRun = everywhere["dry-run"];
  if (dryRun) return wouldMount(repository.name, { ...request, dir });
  if (request.refresh) {
    const moved = await refreshMounts(system, repository, { ...(dir !== undefined && { dir }), signal });
    return {
      exitCode: 0,
      document: { repository: repository.name, mounts: moved.map((each) => ({ ...each })) },
      view: moved.map(movedBlock),
    };
  }
  if (dir === undefined) throw usageFault("Argument DIR is missing", "mount");
  const { snapshot } = await mountLatest(system, repository, { dir, signal });
  return {
    exitCode: 0,
    document: { repository: repository.name, mounts: [{ dir, snapshot }] },
    view: [{ kind: "paragraph", text: `Mounted snapshot ${snapshot} of ${repository.name} on ${dir}` }],
  };
}

function movedBlock(
  { dir, snapshot, before, isStacked }: { dir: string; snapshot: number; before: number; isStacked: boolean },
): Block {
  const kept = isStacked ? `; snapshot ${before} is in use there and stays below` : "";
  return { kind: "paragraph", text: `Moved ${dir} from snapshot ${before} to ${snapshot}${kept}` };
}

function wouldMount(name: string, { dir, refresh }: MountRequest): CommandResult {
  const verb = refresh ? "move to" : "mount";
  const text = `Would ${verb} the latest snapshot of ${name} ${
    dir === undefined ? "wherever it is mounted" : `on ${dir}`
  }`;
  return {
    exitCode: 0,
    document: { dryRun: true, repository: name, dir: dir ?? null, refresh },
    view: [{ kind: "paragraph", text }],
  };
}
