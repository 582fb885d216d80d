import { printable } from "../base/printable.ts";
import { momentText } from "../base/moment.ts";
import { type CommandResult, type ConfiguredContext, defineCommand, type JsonObject } from "../cli/command.ts";
import { momentJson } from "../cli/render/json.ts";
import { bytesText, counted, momentCell, spanText } from "../cli/render/quantity.ts";
import type { Block, Cell, Column } from "../cli/view.ts";
import { snapshotStates } from "../gc/collect.ts";
import { type SnapshotSize, snapshotSize } from "../gc/snapshot_size.ts";
import type { SnapshotState } from "../storage/snapshot_state.ts";
import type { System } from "../host/system.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { type RejectedTree, rejectedTree } from "../storage/rejected.ts";
import { type LastSync, lastSync } from "../store/last_sync.ts";
import { type LostLatest, lostLatest } from "../store/lost_latest.ts";
import { storeLayout } from "../store/layout.ts";
import { keepText } from "./keep_reason.ts";
import { lostBlock } from "./lost_block.ts";
import { namedOrAll } from "./named_repositories.ts";
import { metricsText, writeMetrics } from "./status_metrics.ts";

/** What `status` is made of; tests give their own. */
export interface StatusParts {
  readonly snapshotStates: typeof snapshotStates;
  readonly snapshotSize: typeof snapshotSize;
  readonly namedOrAll: typeof namedOrAll;
}

/** `rcusync status [REPO…]` */
export const status = statusCommand({ snapshotStates, snapshotSize, namedOrAll });

/** {@linkcode status} of the given parts. */
export function statusCommand(parts: StatusParts) {
  return defineCommand({
    needs: "configuration",
    description: [
      "Shows the snapshots of each repository, and in STATE what keeps each of them: latest, spare, the time it has " +
      "left, pins, leases and processes. Garbage collection removes the expired.",
      "Takes no lock and changes nothing. With --sizes it walks every snapshot: OWN is the size of its directories and of " +
      "the files that no other snapshot has, about what removing it alone would free; file systems round each up to blocks.",
      "What did not verify is named below them; it goes with the next sync that succeeds, and with gc.",
    ],
    positionals: { repositories: { placeholder: "REPO", kind: "repository", arity: "many" } },
    flags: {
      sizes: { kind: "switch", description: "Show what each snapshot takes for itself and shares" },
      metrics: {
        kind: "path",
        placeholder: "FILE",
        description: "Write FILE for Prometheus, in one step, instead of showing anything",
      },
    },
    exitStatuses: [],
    examples: [
      { line: "rcusync status", purpose: "All repositories" },
      { line: "rcusync status gentoo --json", purpose: "For a script" },
      {
        line: "rcusync status --metrics /var/lib/node_exporter/rcusync.prom",
        purpose: "For the textfile collector of Prometheus's node_exporter",
      },
    ],
    run: (context, { flags, positionals }) => showStatus(parts, context, { names: positionals.repositories, ...flags }),
  });
}

interface StatusRequest {
  readonly names: readonly string[];
  readonly sizes: boolean;
  readonly metrics: string | undefined;
}

type SizedState = SnapshotState & { readonly size?: SnapshotSize };

interface Shown {
  readonly repository: Repository;
  readonly snapshots: readonly SizedState[];
  /** What did not verify last. */
  readonly rejected: RejectedTree | undefined;
  /** There are snapshots, but none is the latest. */
  readonly lost: LostLatest | undefined;
  readonly last: LastSync | undefined;
}

async function showStatus(
  { snapshotStates, snapshotSize, namedOrAll }: StatusParts,
  { configuration, everywhere, onNote, signal, system }: ConfiguredContext,
  { names, sizes, metrics }: StatusRequest,
): Promise<CommandResult> {
  const nowMs = system.clock.nowMs();
  const shown: (Shown & { notes: readonly string[] })[] = [];
  for (const repository of namedOrAll(configuration, names)) {
    const { snapshots, notes } = await snapshotStates(system, repository);
    const sized: SizedState[] = [];
    for (const state of snapshots) {
      sized.push(sizes ? { ...state, size: await snapshotSize(system, state.path, signal) } : state);
    }
    shown.push({ repository, snapshots: sized, ...inStore(system, repository), notes });
  }
  if (shown.length === 0) onNote("No repository is configured");
  for (const note of new Set(shown.flatMap(({ notes }) => notes))) onNote(note);
  if (metrics !== undefined) {
    const text = metricsText(system, shown.map((one) => ({ ...one, rejected: one.rejected !== undefined })));
    if (everywhere["dry-run"]) onNote(`Would write ${metrics}`);
    else writeMetrics(system, { path: metrics, text });
  }
  return {
    exitCode: 0,
    document: { repositories: shown.map(toJson) },
    view: metrics !== undefined ? [] : shown.flatMap((one) => toBlocks(one, nowMs)),
  };
}

function inStore(system: Pick<System, "files">, { storage }: Repository): Pick<Shown, "rejected" | "lost" | "last"> {
  if (storage.kind !== "hardlink_rcu") return { rejected: undefined, lost: undefined, last: undefined };
  const layout = storeLayout(storage.storeDir);
  return {
    rejected: rejectedTree(system, layout),
    lost: lostLatest(system.files, layout),
    last: lastSync(system.files, layout),
  };
}

function toBlocks({ repository, snapshots, rejected, lost, last: sync }: Shown, nowMs: number): Block[] {
  const { name, storage, location } = repository;
  if (storage.kind !== "hardlink_rcu") return [{ kind: "heading", text: `${name}: ${storage.kind} at ${location}` }];
  const heading: Block = { kind: "heading", text: `${name}: ${storage.kind} in ${storage.storeDir}` };
  const damage = lost === undefined ? [] : [lostBlock(repository, lost)];
  const last = [...syncBlocks(sync), ...damage, ...(rejected === undefined ? [] : [rejectedBlock(rejected)])];
  if (snapshots.length === 0) return [heading, { kind: "paragraph", text: "No snapshot yet", tone: "muted" }, ...last];
  return [heading, {
    kind: "table",
    columns: [
      { title: "SNAPSHOT", align: "right" },
      { title: "PUBLISHED" },
      { title: "AGE" },
      { title: "CREATED", align: "right" },
      { title: "CHANGED", align: "right" },
      { title: "DELETED", align: "right" },
      ...(snapshots.some(({ size }) => size !== undefined) ? SIZE_COLUMNS : []),
      { title: "STATE", wraps: true },
    ],
    rows: snapshots.map((snapshot) => toRow(snapshot, nowMs)),
  }, ...last];
}

function syncBlocks(sync: LastSync | undefined): Block[] {
  if (sync?.strategy === undefined) return [];
  const { endedMs, strategy: { name, why } } = sync;
  const text = `Last sync ${momentText(endedMs)} by strategy ${name}, because ${printable(why)}`;
  return [{ kind: "paragraph", text, tone: "muted" }];
}

function rejectedBlock({ path, report }: RejectedTree): Block {
  const details = report === undefined
    ? ""
    : ` on ${momentText(Date.parse(report.rejected))}: ${counted(report.problemCount, "problem")}, from ${report.uri}`;
  const kept = path === undefined ? "no tree was fetched" : `kept as ${path}`;
  return { kind: "paragraph", text: `Rejected${details}; ${kept}`, tone: "bad" };
}

const SIZE_COLUMNS: readonly Column[] = [{ title: "OWN", align: "right" }, { title: "SHARED", align: "right" }];

function toRow(snapshot: SizedState, nowMs: number): Cell[] {
  const { id, publishedMs, changes, keep, size } = snapshot;
  const state = keepText(snapshot, nowMs);
  return [
    String(id),
    momentCell(publishedMs),
    spanText(Math.max(0, nowMs - publishedMs)),
    changes === undefined ? "-" : String(changes.created),
    changes === undefined ? "-" : String(changes.changed),
    changes === undefined ? "-" : String(changes.deleted),
    ...(size === undefined ? [] : [bytesText(size.own), bytesText(size.shared)]),
    keep.some(({ kind }) => kind === "latest") ? { text: state, tone: "good" } : state,
  ];
}

function toJson({ repository: { name, storage, location }, snapshots, rejected, lost, last }: Shown): JsonObject {
  return {
    name,
    storage: storage.kind,
    location,
    store: storage.kind === "hardlink_rcu" ? storage.storeDir : null,
    snapshots: snapshots.map(snapshotJson),
    ...(last !== undefined && { lastSync: lastSyncJson(last) }),
    damage: lost?.what ?? null,
    rejected: rejected === undefined ? null : rejectedJson(rejected),
  };
}

function lastSyncJson({ endedMs, outcome, strategy }: LastSync): JsonObject {
  return { ended: momentJson(endedMs), outcome, ...(strategy && { strategy: strategy.name, why: strategy.why }) };
}

function rejectedJson({ path, report }: RejectedTree): JsonObject {
  if (report === undefined) return { path: path ?? null };
  const { rejected, uri, problemCount, problems } = report;
  return { path: path ?? null, rejected, uri, problemCount, problems: problems.map((problem) => ({ ...problem })) };
}

/** A snapshot as `--json` shows it; `keep` is empty for an expired one. */
export function snapshotJson({ id, path, publishedMs, changes, keep, size }: SizedState): JsonObject {
  return {
    id,
    path,
    published: momentJson(publishedMs),
    changes: changes === undefined ? null : { ...changes },
    ...(size !== undefined && { size: { ...size } }),
    keep: keep.map((reason): JsonObject => {
      switch (reason.kind) {
        case "latest":
        case "spare":
        case "leased":
          return { kind: reason.kind };
        case "unexpired":
          return { kind: reason.kind, expires: momentJson(reason.expiresMs) };
        case "pinned":
          return { kind: reason.kind, names: reason.names };
        case "in-use":
          return { kind: reason.kind, readers: reason.readers.map((reader) => ({ ...reader })) };
      }
    }),
  };
}
