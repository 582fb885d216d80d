import { join } from "@std/path";
import { type CommandResult, type ConfiguredContext, defineCommand, type JsonObject } from "../cli/command.ts";
import { momentJson } from "../cli/render/json.ts";
import { momentCell } from "../cli/render/quantity.ts";
import type { Block, Cell, TableBlock } from "../cli/view.ts";
import type { Files } from "../host/files.ts";
import { isLeftToPortage } from "../repos_conf/left_to_portage.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { storeLayout } from "../store/layout.ts";
import { type LostLatest, lostLatest } from "../store/lost_latest.ts";
import { latestSnapshot } from "../store/snapshots.ts";
import { lostBlock } from "./lost_block.ts";

/** `rcusync list` */
export const list = defineCommand({
  needs: "configuration",
  description: [
    "Lists the repositories of repos.conf by priority and name. LAST SYNC is the publication of the latest snapshot; " +
    "without snapshots it is the mirror's timestamp, metadata/timestamp.chk.",
  ],
  positionals: {},
  flags: {},
  exitStatuses: [],
  examples: [
    { line: "rcusync list", purpose: "Show what there is" },
    { line: "rcusync list --json | jq -r '.repositories[].name'", purpose: "The names, for a script" },
  ],
  run: (context) => Promise.resolve(listRepositories(context)),
});

function listRepositories({ configuration, onNote, system }: ConfiguredContext): CommandResult {
  const listed = configuration.repositories.map((repository) => ({
    repository,
    ...lastSync(system.files, repository),
  }));
  if (listed.length === 0) onNote("No repository is configured");
  return {
    exitCode: 0,
    document: { repositories: listed.map(toJson) },
    view: listed.length === 0 ? [] : [toTable(listed), ...listed.flatMap(remarks)],
  };
}

interface Listed {
  readonly repository: Repository;
  readonly latest: number | undefined;
  /** The store has snapshots, but none is the latest. */
  readonly lost: LostLatest | undefined;
  readonly lastSyncMs: number | undefined;
}

function lastSync(files: Files, { storage, location }: Repository): Omit<Listed, "repository"> {
  if (storage.kind === "hardlink_rcu") {
    const layout = storeLayout(storage.storeDir);
    const latest = latestSnapshot(files, layout);
    if (latest !== undefined) return { latest: latest.id, lost: undefined, lastSyncMs: latest.publishedMs };
    const lost = lostLatest(files, layout);
    if (lost !== undefined) return { latest: undefined, lost, lastSyncMs: undefined };
  }
  return {
    latest: undefined,
    lost: undefined,
    lastSyncMs: files.stat(join(location, "metadata/timestamp.chk"))?.mtimeMs,
  };
}

function toTable(listed: readonly Listed[]): TableBlock {
  return {
    kind: "table",
    columns: [
      { title: "NAME", shrinks: true },
      { title: "TYPE" },
      { title: "STORAGE" },
      { title: "LATEST", align: "right" },
      { title: "LAST SYNC" },
      { title: "AUTO" },
      { title: "LOCATION", wraps: true },
    ],
    rows: listed.map(toRow),
  };
}

function toRow(listed: Listed): Cell[] {
  const { repository } = listed;
  const { name, syncType, storage, autoSync, location } = repository;
  return [
    faultsOf(repository).length === 0 ? name : { text: name, tone: "bad" },
    syncType ?? "-",
    storage.kind,
    ...latestCells(listed),
    autoSync ? "yes" : "no",
    location,
  ];
}

/** LATEST and LAST SYNC. */
function latestCells({ latest, lost, lastSyncMs }: Listed): Cell[] {
  if (lost !== undefined) return [{ text: "lost", tone: "bad" }, { text: "unknown", tone: "muted" }];
  return [
    latest === undefined ? "-" : String(latest),
    lastSyncMs === undefined ? { text: "never", tone: "muted" } : momentCell(lastSyncMs),
  ];
}

/** What somebody has to mend; to be left to Portage is nothing of the kind. */
function faultsOf(repository: Repository): Repository["faults"] {
  return isLeftToPortage(repository) ? [] : repository.faults;
}

function remarks({ repository, lost }: Listed): Block[] {
  return [...faultBlocks(repository), ...(lost === undefined ? [] : [lostBlock(repository, lost)])];
}

function faultBlocks(repository: Repository): Block[] {
  const { name } = repository;
  return faultsOf(repository).map(({ message, hint }): Block => ({
    kind: "paragraph",
    tone: "bad",
    text: `! ${name} cannot be synced: ${message}${hint === undefined ? "" : ` (${hint})`}`,
  }));
}

function toJson({ repository, latest, lost, lastSyncMs }: Listed): JsonObject {
  const { name, section, aliases, syncType, storage, autoSync, location } = repository;
  return {
    name,
    section,
    aliases,
    type: syncType ?? null,
    storage: storage.kind,
    location,
    store: storage.kind === "hardlink_rcu" ? storage.storeDir : null,
    latest: latest ?? null,
    damage: lost?.what ?? null,
    lastSync: lastSyncMs === undefined ? null : momentJson(lastSyncMs),
    autoSync,
    faults: faultsOf(repository).map(({ kind, message, hint }) => ({ kind, message, hint: hint ?? null })),
  };
}
