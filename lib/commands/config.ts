import type { Fault } from "../base/fault.ts";
import { withoutPasswords } from "../base/printable.ts";
import { type CommandResult, type ConfiguredContext, defineCommand, type JsonObject } from "../cli/command.ts";
import { errorObject } from "../cli/render/json.ts";
import type { Block, Column } from "../cli/view.ts";
import { KEYS } from "../repos_conf/keys.ts";
import { originText } from "../repos_conf/origin.ts";
import type { Configuration } from "../repos_conf/configuration.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { configurationObstacles, isUnseen } from "../storage/obstacles.ts";
import { namedOrAll } from "./named_repositories.ts";

/** The settings outside repos.conf that change how repositories are synced. */
const VARIABLES = [
  "PORTAGE_RSYNC_OPTS",
  "PORTAGE_RSYNC_EXTRA_OPTS",
  "PORTAGE_RSYNC_RETRIES",
  "PORTAGE_RSYNC_INITIAL_TIMEOUT",
  "PORTAGE_SSH_OPTS",
  "RSYNC_PROXY",
  "FEATURES",
] as const;

/** `rcusync config [REPO…]` */
export const config = defineCommand({
  needs: "configuration",
  description: [
    "Shows every option of the repositories with its value and where the value comes from: a file and line, a " +
    "variable, what is built in, or the default. Passwords are masked.",
    "Ends with status 10 when something in what is shown keeps a repository from being synced.",
  ],
  positionals: { repositories: { placeholder: "REPO", kind: "repository", arity: "many" } },
  flags: {},
  exitStatuses: [],
  examples: [
    { line: "rcusync config", purpose: "The whole configuration, and what is wrong with it" },
    { line: "rcusync config gentoo --json", purpose: "One repository, for a script" },
  ],
  run: (context, input) => Promise.resolve(showConfiguration(context, input.positionals.repositories)),
});

function showConfiguration(
  { configuration, onNote, system }: ConfiguredContext,
  names: readonly string[],
): CommandResult {
  const repositories = namedOrAll(configuration, names).map((repository) => ({
    repository,
    faults: configurationObstacles(system, repository, configuration.variables).filter((fault) => !isUnseen(fault)),
  }));
  const rejected = names.length === 0 ? configuration.rejected : [];
  const failures = [
    ...repositories.flatMap(({ repository: { name }, faults }) => faults.map((fault) => ({ repository: name, fault }))),
    ...rejected.map(({ section, fault }) => ({ repository: section, fault })),
  ];
  for (const warning of configuration.warnings) onNote(withoutPasswords(warning));
  const variables = variablesOf(configuration);
  return {
    exitCode: failures.length === 0 ? 0 : 10,
    document: { ...toJson(configuration, repositories), variables },
    view: [
      ...repositories.flatMap(({ repository }) => repositoryBlocks(repository)),
      ...pairsBlocks("Variables", Object.entries(variables)),
      ...pairsBlocks("Files read", configuration.files.map((file) => [file, ""])),
    ],
    failures,
  };
}

interface Setting {
  readonly key: string;
  readonly value: string;
  readonly origin: string;
}

/** What is set, then the defaults of what is not; each as text. */
function settingsOf({ options }: Repository): Setting[] {
  const set = [...options].map(([key, { value, origin }]) => ({
    key,
    value: withoutPasswords(value),
    origin: originText(origin),
  }));
  const defaults = [...KEYS.values()].flatMap(({ name, default: value, used }) =>
    value === undefined || !used || options.has(name) ? [] : [{ key: name, value, origin: "default" }]
  );
  return [...set, ...defaults];
}

const COLUMNS: readonly Column[] = [
  { title: "KEY" },
  { title: "VALUE", shrinks: true },
  { title: "FROM", shrinks: true },
];

function repositoryBlocks(repository: Repository): Block[] {
  const rows = settingsOf(repository).map(({ key, value, origin }) => [
    key,
    value,
    origin === "default" ? { text: origin, tone: "muted" as const } : origin,
  ]);
  return [{ kind: "heading", text: `[${repository.section}]` }, { kind: "table", columns: COLUMNS, rows }];
}

function variablesOf({ variables }: Configuration): Record<string, string> {
  const set = VARIABLES.flatMap((name) => {
    const value = name === "FEATURES" ? [...variables.features].sort().join(" ") : variables.get(name);
    return value === undefined || value === "" ? [] : [[name, withoutPasswords(value)]];
  });
  return Object.fromEntries(set);
}

function pairsBlocks(title: string, pairs: readonly (readonly [string, string])[]): Block[] {
  return pairs.length === 0 ? [] : [{ kind: "heading", text: title }, { kind: "pairs", pairs }];
}

/** A repository, and what keeps it from being synced. */
interface Shown {
  readonly repository: Repository;
  readonly faults: readonly Fault[];
}

function toJson({ files, roots, warnings, rejected }: Configuration, repositories: readonly Shown[]): JsonObject {
  return {
    roots: { ...roots },
    files,
    warnings: warnings.map(withoutPasswords),
    rejected: rejected.map(({ section, fault }) => ({ section, ...errorObject(fault) })),
    repositories: repositories.map(({ repository, faults }) => ({
      section: repository.section,
      name: repository.name,
      aliases: repository.aliases,
      settings: settingsOf(repository).map((setting) => ({ ...setting })),
      faults: faults.map(errorObject),
    })),
  };
}
