import { resolve } from "@std/path";
import { type CommandResult, type ConfiguredContext, defineCommand } from "../cli/command.ts";
import { usageFault } from "../cli/usage_fault.ts";
import type { Block } from "../cli/view.ts";
import { migrate as carryOut, type MigrationPlan, type MigrationTarget, planMigration } from "../history/migrate.ts";
import { defaultOf } from "../repos_conf/keys.ts";
import { originText } from "../repos_conf/origin.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { oneRepository } from "./one_repository.ts";
import { waiting } from "./waiting.ts";

/** `rcusync migrate REPO --to STORAGE` */
export const migrate = defineCommand({
  needs: "configuration",
  description: [
    "Moves the tree of a repository to another storage without a network, and prints the lines of repos.conf to change; " +
    "it does not edit files. Change them before the next sync. Safe to interrupt and to run again.",
    "To rcu: the directory at the location becomes the first snapshot, and the location a link. To quarantine and inplace: " +
    "the link is replaced by a copy of the latest snapshot in one step; the store stays, for those who still read it.",
  ],
  positionals: { repository: { placeholder: "REPO", kind: "repository", arity: "one" } },
  flags: {
    to: {
      kind: "choice",
      placeholder: "STORAGE",
      choices: ["rcu", "quarantine", "inplace"],
      description: "The storage to move to",
    },
    store: {
      kind: "directory",
      placeholder: "DIR",
      description: "Where the store goes if repos.conf names none; beside the location unless given",
    },
  },
  exitStatuses: [11, 14, 129, 130, 143],
  examples: [
    { line: "rcusync migrate gentoo --to rcu --dry-run", purpose: "See what would be done, and what to write" },
    { line: "rcusync migrate gentoo --to quarantine", purpose: "Back to a plain directory" },
  ],
  run: (context, { flags, positionals }) => move(context, { ...flags, ...positionals }),
});

interface MigrateRequest {
  readonly repository: string;
  readonly to: MigrationTarget | undefined;
  readonly store: string | undefined;
}

async function move(context: ConfiguredContext, request: MigrateRequest): Promise<CommandResult> {
  const { configuration, everywhere, system } = context;
  const { to } = request;
  if (to === undefined) throw usageFault('Flag "--to" is missing', "migrate");
  const repository = oneRepository(configuration, request.repository);
  const store = request.store === undefined ? undefined : resolve(system.environment.currentDir, request.store);
  const plan = planMigration(system, repository, { to, ...(store !== undefined && { storeDir: store }) });
  const dryRun = everywhere["dry-run"];
  if (!dryRun) await carryOut(system, plan, waiting(context));
  const lines = changedLines(repository, plan, to);
  return {
    exitCode: 0,
    document: {
      dryRun,
      repository: repository.name,
      to,
      action: plan.kind,
      store: "storeDir" in plan ? plan.storeDir : null,
      lines,
    },
    view: [
      { kind: "paragraph", text: planText(repository, plan, dryRun) },
      ...lineBlocks(repository, lines),
      ...afterwards(plan),
    ],
  };
}

function planText({ name, location }: Repository, plan: MigrationPlan, dryRun: boolean): string {
  const would = dryRun ? "Would make" : "Made";
  switch (plan.kind) {
    case "nothing":
      return `${location} of ${name} is what that storage needs already`;
    case "adopt":
      return `${would} ${location} the first snapshot in ${plan.storeDir}, and put a link in its place`;
    case "copy-out":
      return `${would} ${location} a directory: a copy of ${plan.tree}`;
  }
}

/** What repos.conf must say, as far as it does not yet. */
function changedLines(
  { options }: Repository,
  { repository: { storage } }: MigrationPlan,
  to: MigrationTarget,
): string[] {
  const wanted = new Map<string, string>();
  wanted.set("sync-rcu", to === "rcu" ? "yes" : "no");
  if (to === "rcu" && storage.kind === "hardlink_rcu") wanted.set("sync-rcu-store-dir", storage.storeDirInside);
  wanted.set("sync-allow-hardlinks", to === "inplace" ? "no" : "yes");
  return [...wanted].filter(([key, value]) => !says(options.get(key)?.value ?? defaultOf(key), value))
    .map(([key, value]) => `${key} = ${value.replaceAll("%", "%%")}`);
}

function says(found: string | undefined, wanted: string): boolean {
  if (wanted !== "yes" && wanted !== "no") return found === wanted;
  const isOn = found !== undefined && /^(?:yes|true|1|on)$/i.test(found);
  return isOn === (wanted === "yes");
}

function lineBlocks({ section, options }: Repository, lines: readonly string[]): Block[] {
  if (lines.length === 0) return [{ kind: "paragraph", text: "repos.conf is right as it is" }];
  const byFile = Map.groupBy(lines, (line) => fileOf(options, line.replace(/ = .*/, "")));
  return [...byFile].flatMap(([file, lines]): Block[] => [
    { kind: "paragraph", text: `Change before the next sync, in ${file}:` },
    { kind: "verbatim", text: [`[${section}]`, ...lines].map((line) => `    ${line}\n`).join("") },
  ]);
}

/** Where a key has to be changed: in the file that sets it now, since later ones win; else where the location is. */
function fileOf(options: Repository["options"], key: string): string {
  const origin = (options.get(key) ?? options.get("location"))?.origin;
  return origin === undefined ? "repos.conf" : originText(origin).replace(/:\d+$/, "");
}

function afterwards(plan: MigrationPlan): Block[] {
  if (plan.kind !== "copy-out") return [];
  const text = `The store stays for those who read it. When nobody does any more: rm -r ${plan.storeDir}`;
  return [{ kind: "paragraph", text }];
}
