import { type CommandResult, type ConfiguredContext, defineCommand, type JsonObject } from "../cli/command.ts";
import { counted } from "../cli/render/quantity.ts";
import { diffSnapshots, type NamedChange, type RepositoryDifference } from "../history/diff.ts";
import { differenceBlocks } from "./difference_view.ts";
import { oneRepository } from "./one_repository.ts";
import { snapshotNumber } from "./snapshot_number.ts";

/** `rcusync diff REPO [A [B]]` */
export const diff = defineCommand({
  needs: "configuration",
  description: [
    "Shows what differs between the snapshots A and B: packages with the versions that were added, removed, changed, " +
    "keyworded and masked; eclasses, profiles, news items and security advisories (GLSAs). With --files every file, too.",
    "Unless given, B is the latest snapshot and A the one before B. The order matters: added is what B has and A has not.",
  ],
  positionals: {
    repository: { placeholder: "REPO", kind: "repository", arity: "one" },
    from: { placeholder: "A", kind: "snapshot", arity: "optional" },
    to: { placeholder: "B", kind: "snapshot", arity: "optional" },
  },
  flags: { files: { kind: "switch", description: "List every file as well" } },
  exitStatuses: [14],
  examples: [
    { line: "rcusync diff gentoo", purpose: "What the last sync brought" },
    { line: "rcusync diff gentoo 10 12 --files", purpose: "Two older snapshots, file by file" },
    {
      line: "rcusync diff gentoo --json | jq -r '.packages[] | select(.kind == \"added\").name'",
      purpose: "The names of new packages, for a script",
    },
  ],
  run: (context, { flags, positionals }) => Promise.resolve(showDifference(context, { ...flags, ...positionals })),
});

function showDifference(
  { configuration, system }: ConfiguredContext,
  request:
    & { readonly repository: string; readonly files: boolean }
    & Readonly<Record<"from" | "to", string | undefined>>,
): CommandResult {
  const [from, to] = [snapshotNumber(request.from, "diff"), snapshotNumber(request.to, "diff")];
  const repository = oneRepository(configuration, request.repository);
  const difference = diffSnapshots(system, repository, { from, to });
  return {
    exitCode: 0,
    document: toJson(repository.name, difference),
    view: [
      ...differenceBlocks(difference, { withFiles: request.files }),
      { kind: "paragraph", text: `${repository.name}: ${summary(difference)}` },
    ],
  };
}

/** What a log line has room for: `snapshot 11 to 12: 3 packages added, 1 removed, 40 changed; 120 files`. */
function summary({ from, to, packages, files }: RepositoryDifference): string {
  const count = (wanted: string) => packages.filter(({ kind }) => kind === wanted).length;
  return `snapshot ${from} to ${to}: ${counted(count("added"), "package")} added, ${count("removed")} removed, ` +
    `${count("changed")} changed; ${counted(files.length, "file")}`;
}

function toJson(repository: string, difference: RepositoryDifference): JsonObject {
  const named = (changes: readonly NamedChange[]) => changes.map(({ name, kind }) => ({ name, kind }));
  const { from, to, source, masked, unmasked, packages, files } = difference;
  return {
    repository,
    from,
    to,
    source,
    packages: packages.map(({ name, kind, versions, keywords }) => ({
      name,
      kind,
      versions: { ...versions },
      keywords: keywords.map((each) => ({ ...each })),
    })),
    masked,
    unmasked,
    eclasses: named(difference.eclasses),
    profiles: named(difference.profiles),
    news: named(difference.news),
    glsas: named(difference.glsas),
    files: files.map(({ path, kind }) => ({ path, kind })),
  };
}
