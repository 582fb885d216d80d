import { isAbsolute } from "@std/path";
import { quoted } from "../base/printable.ts";
import { type CommandResult, type ConfiguredContext, defineCommand } from "../cli/command.ts";
import { usageFault } from "../cli/usage_fault.ts";
import { findSnapshot } from "../history/find_snapshot.ts";
import { MOUNT_TOOLS, mountArgs as argsOf, type MountTool } from "../history/mount_args.ts";
import { snapshotStore } from "../history/snapshot_store.ts";
import { oneRepository } from "./one_repository.ts";

/** `rcusync mount-args REPO --for TOOL` */
export const mountArgs = defineCommand({
  needs: "configuration",
  description: [
    "Prints the options that make a container tool show the latest snapshot read-only at the repository's location, or at " +
    "--target. The snapshot's canonical path is in them: a bind of the location itself may lack the store inside.",
    "For fstab it prints a line, and with the location in it: mount(8) follows its links each time that it mounts. It " +
    "takes --target: the location itself cannot be mounted on.",
  ],
  positionals: { repository: { placeholder: "REPO", kind: "repository", arity: "one" } },
  flags: {
    for: { kind: "choice", placeholder: "TOOL", choices: MOUNT_TOOLS, description: "The tool that is to mount it" },
    target: { kind: "word", placeholder: "DIR", description: "The absolute path inside; the location unless given" },
  },
  exitStatuses: [14],
  examples: [
    {
      line: "docker run $(rcusync mount-args gentoo --for docker) IMAGE",
      purpose: "A container with the latest snapshot",
    },
    { line: "rcusync mount-args gentoo --for fstab --target /chroot/var/db/repos/gentoo", purpose: "A line for fstab" },
  ],
  run: (context, { flags, positionals }) =>
    Promise.resolve(printArgs(context, { tool: flags.for, target: flags.target, name: positionals.repository })),
});

function printArgs(
  { configuration, system }: ConfiguredContext,
  { tool, target, name }: {
    readonly tool: MountTool | undefined;
    readonly target: string | undefined;
    readonly name: string;
  },
): CommandResult {
  if (tool === undefined) throw usageFault('Flag "--for" is missing', "mount-args");
  if (target !== undefined && !isAbsolute(target)) {
    throw usageFault(`Flag "--target" takes an absolute path, not ${quoted(target)}`, "mount-args");
  }
  if (tool === "fstab" && target === undefined) {
    throw usageFault('Flag "--target" is missing: fstab needs a directory to mount on', "mount-args");
  }
  const repository = oneRepository(configuration, name);
  const { path } = findSnapshot(system, snapshotStore(repository), undefined);
  const source = tool === "fstab" ? repository.location : system.files.realPath(path);
  const args = argsOf(tool, { source, target: target ?? repository.locationInside });
  return {
    exitCode: 0,
    document: { repository: repository.name, tool, args },
    view: [{ kind: "verbatim", text: `${args.join(" ")}\n` }],
  };
}
