import { type CommandResult, type ConfiguredContext, defineCommand } from "../cli/command.ts";
import type { Block } from "../cli/view.ts";
import { type Rollback, rollBack } from "../history/rollback.ts";
import { oneRepository } from "./one_repository.ts";
import { snapshotNumber } from "./snapshot_number.ts";
import { waiting } from "./waiting.ts";

/** `rcusync rollback REPO [N]` */
export const rollback = defineCommand({
  needs: "configuration",
  description: [
    "Publishes an earlier snapshot again, the one before the latest unless N is given, in one step. Running readers keep " +
    "what they have. What is latest is never collected, whatever its number and age.",
    "The next sync goes forward from it; with auto-sync on, that brings back what was rolled back from.",
    "Refuses a snapshot without profiles or metadata. Portage keeps a history of the revisions that it saw and would " +
    "take the older one for an attack; the command that makes it forget is printed.",
  ],
  positionals: {
    repository: { placeholder: "REPO", kind: "repository", arity: "one" },
    snapshot: { placeholder: "N", kind: "snapshot", arity: "optional" },
  },
  flags: { force: { kind: "switch", description: "Publish a snapshot even when it looks incomplete" } },
  exitStatuses: [11, 14],
  examples: [
    { line: "rcusync rollback gentoo", purpose: "Go one snapshot back" },
    { line: "rcusync rollback gentoo 12 --dry-run", purpose: "See whether snapshot 12 could be published" },
  ],
  run: (context, { flags, positionals }) => goBack(context, { ...flags, ...positionals }),
});

async function goBack(
  context: ConfiguredContext,
  request: { readonly repository: string; readonly snapshot: string | undefined; readonly force: boolean },
): Promise<CommandResult> {
  const { name, ...repository } = oneRepository(context.configuration, request.repository);
  const id = snapshotNumber(request.snapshot, "rollback");
  const dryRun = context.everywhere["dry-run"];
  const options = { force: request.force, dryRun, ...(id !== undefined && { id }), ...waiting(context) };
  const done = await rollBack(context.system, { name, ...repository }, options);
  const purge = `emaint revisions --purgerepos=${name}`;
  return {
    exitCode: 0,
    document: {
      dryRun,
      repository: name,
      from: done.from ?? null,
      to: done.to,
      problem: done.problem ?? null,
      purge,
    },
    view: blocks(done, { name, dryRun, purge }),
  };
}

function blocks(
  { from, to, problem }: Rollback,
  { name, dryRun, purge }: { readonly name: string; readonly dryRun: boolean; readonly purge: string },
): Block[] {
  if (from === to) return [{ kind: "paragraph", text: `Snapshot ${to} of ${name} is the latest already` }];
  const verb = dryRun ? "Would publish" : "Published";
  const before = from === undefined ? "" : `, in place of ${from}`;
  const problems = problem === undefined ? [] : [`Careful: it ${problem}`];
  return [
    { kind: "paragraph", text: `${verb} snapshot ${to} of ${name} again${before}` },
    ...problems.map((text): Block => ({ kind: "paragraph", text, tone: "warning" })),
    { kind: "paragraph", text: `Portage's history of revisions should forget what it saw: ${purge}` },
  ];
}
