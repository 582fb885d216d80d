import { type CommandResult, type ConfiguredContext, defineCommand } from "../cli/command.ts";
import { usageFault } from "../cli/usage_fault.ts";
import { pinSnapshot } from "../history/pin_snapshot.ts";
import { oneRepository } from "./one_repository.ts";
import { snapshotNumber } from "./snapshot_number.ts";
import { waiting } from "./waiting.ts";

/** `rcusync pin REPO [N] --name X` */
export const pin = defineCommand({
  needs: "configuration",
  description: [
    "Keeps a snapshot, the latest one unless N is given, until the pin is removed by rcusync unpin. It is kept past its " +
    "expiry and across reboots; rcusync status shows it. A pin of that name that exists already is moved.",
    "For the time of one command, rcusync exec is better: nothing stays behind.",
  ],
  positionals: {
    repository: { placeholder: "REPO", kind: "repository", arity: "one" },
    snapshot: { placeholder: "N", kind: "snapshot", arity: "optional" },
  },
  flags: {
    name: {
      kind: "pin",
      placeholder: "NAME",
      description: "Who wants it: letters, digits, dots, dashes, underscores",
    },
  },
  exitStatuses: [11, 14],
  examples: [
    { line: "rcusync pin gentoo --name release-42", purpose: "Keep what is latest now" },
    { line: "rcusync pin gentoo 12 --name ci", purpose: "Keep snapshot 12, and no longer what ci kept before" },
  ],
  run: (context, { flags, positionals }) =>
    setPin(context, {
      repository: positionals.repository,
      id: snapshotNumber(positionals.snapshot, "pin"),
      name: flags.name,
    }),
});

async function setPin(
  context: ConfiguredContext,
  request: { readonly repository: string; readonly id: number | undefined; readonly name: string | undefined },
): Promise<CommandResult> {
  const { name, id } = request;
  if (name === undefined) throw usageFault('Flag "--name" is missing', "pin");
  const repository = oneRepository(context.configuration, request.repository);
  const dryRun = context.everywhere["dry-run"];
  const options = { name, dryRun, ...(id !== undefined && { id }), ...waiting(context) };
  const { snapshot, before } = await pinSnapshot(context.system, repository, options);
  const moved = before === undefined || before === snapshot ? "" : `, no longer snapshot ${before}`;
  const text = `${dryRun ? "Would pin" : "Pinned"} snapshot ${snapshot} of ${repository.name} as ${name}${moved}`;
  return {
    exitCode: 0,
    document: { dryRun, repository: repository.name, name, snapshot, before: before ?? null },
    view: [{ kind: "paragraph", text }],
  };
}
