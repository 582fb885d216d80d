import { type CommandResult, type ConfiguredContext, defineCommand } from "../cli/command.ts";
import { unpinSnapshot } from "../history/pin_snapshot.ts";
import { oneRepository } from "./one_repository.ts";

/** `rcusync unpin REPO NAME` */
export const unpin = defineCommand({
  needs: "configuration",
  description: [
    "Removes a pin. Its snapshot goes with the next garbage collection when it is expired and nothing else keeps it.",
  ],
  positionals: {
    repository: { placeholder: "REPO", kind: "repository", arity: "one" },
    name: { placeholder: "NAME", kind: "pin", arity: "one" },
  },
  flags: {},
  exitStatuses: [14],
  examples: [{ line: "rcusync unpin gentoo ci", purpose: "Let go of what the pin ci keeps" }],
  run: (context, { positionals }) => Promise.resolve(removePin(context, positionals.repository, positionals.name)),
});

function removePin(
  { configuration, everywhere, system }: ConfiguredContext,
  repositoryName: string,
  name: string,
): CommandResult {
  const repository = oneRepository(configuration, repositoryName);
  const dryRun = everywhere["dry-run"];
  const snapshot = unpinSnapshot(system, repository, { name, dryRun });
  const text = `${dryRun ? "Would remove" : "Removed"} pin ${name} of ${repository.name}`;
  const kept = snapshot === undefined ? "" : `, which keeps snapshot ${snapshot}`;
  return {
    exitCode: 0,
    document: { dryRun, repository: repository.name, name, snapshot: snapshot ?? null },
    view: [{ kind: "paragraph", text: dryRun ? text + kept : text }],
  };
}
