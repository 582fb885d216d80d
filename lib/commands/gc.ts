import { asFault, Fault } from "../base/fault.ts";
import {
  type CommandResult,
  type ConfiguredContext,
  defineCommand,
  type Failure,
  type JsonObject,
} from "../cli/command.ts";
import { exitCodeOfRun } from "../cli/exit_code.ts";
import { momentCell } from "../cli/render/quantity.ts";
import type { Block, Cell } from "../cli/view.ts";
import { collectGarbage, type CollectionResult } from "../gc/collect.ts";
import { collectAfterReaders, type WaitedCollection } from "../gc/wait_for_readers.ts";
import type { SnapshotState } from "../storage/snapshot_state.ts";
import { isLeftToPortage } from "../repos_conf/left_to_portage.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { keepText } from "./keep_reason.ts";
import { DEFAULT_LOCK_WAIT_SECONDS } from "./lock_wait.ts";
import { namedOrAll } from "./named_repositories.ts";
import { snapshotJson } from "./status.ts";
import { waiting } from "./waiting.ts";

/** What `gc` is made of; tests give their own. */
export interface GcParts {
  readonly collectGarbage: typeof collectGarbage;
  readonly collectAfterReaders: typeof collectAfterReaders;
  readonly namedOrAll: typeof namedOrAll;
}

/** `rcusync gc [REPO…]` */
export const gc = gcCommand({ collectGarbage, collectAfterReaders, namedOrAll });

/** {@linkcode gc} of the given parts. */
export function gcCommand(parts: GcParts) {
  return defineCommand({
    needs: "configuration",
    description: [
      "Removes the snapshots that are older than sync-rcu-ttl-days, but never the latest, the spares, nor one that is " +
      "pinned, leased or in use. A sync does the same at its end.",
      "With --wait, waits for those who read or lease an expired snapshot to leave, and then removes it; ends with status " +
      "11 when some are still there after SECONDS.",
    ],
    positionals: { repositories: { placeholder: "REPO", kind: "repository", arity: "many" } },
    flags: {
      wait: {
        kind: "seconds",
        placeholder: "SECONDS",
        bare: Infinity,
        description: "Wait for the readers of expired snapshots to leave, without SECONDS for ever",
      },
    },
    exitStatuses: [3, 11, 14, 129, 130, 143],
    examples: [
      { line: "rcusync gc --dry-run", purpose: "Print what would be removed, and what keeps the rest" },
      { line: "rcusync gc gentoo", purpose: "Remove what expired of one repository" },
      { line: "rcusync gc --wait=600 gentoo", purpose: "Give those who still read ten minutes" },
    ],
    run: (context, { flags, positionals }) =>
      collect(parts, context, { names: positionals.repositories, readersWaitSeconds: flags.wait }),
  });
}

interface Collected {
  readonly repository: Repository;
  readonly result: CollectionResult;
}

interface GcRequest {
  readonly names: readonly string[];
  readonly readersWaitSeconds: number | undefined;
}

async function collect(parts: GcParts, context: ConfiguredContext, request: GcRequest): Promise<CommandResult> {
  const { configuration, everywhere, onNote, system } = context;
  const dryRun = everywhere["dry-run"];
  const selected = parts.namedOrAll(configuration, request.names).filter((repository) =>
    repository.storage.kind === "hardlink_rcu" && !isLeftToPortage(repository)
  );
  if (selected.length === 0) onNote("No repository with snapshots is selected");
  const collected: Collected[] = [];
  const failures: Failure[] = [];
  for (const repository of selected) {
    try {
      const result = await collectOne(parts, context, { repository, ...request });
      collected.push({ repository, result });
      failures.push(...stillReadFailures(repository, result));
    } catch (error) {
      failures.push({ repository: repository.name, fault: asFault(error) });
    }
  }
  return {
    exitCode: exitCodeOfRun(failures.map(({ fault }) => fault.kind), selected.length),
    document: { dryRun, repositories: collected.map(toJson) },
    view: collected.flatMap((one) => toBlocks(one, { dryRun, nowMs: system.clock.nowMs() })),
    failures,
  };
}

async function collectOne(
  parts: GcParts,
  context: ConfiguredContext,
  { repository, readersWaitSeconds }: { readonly repository: Repository } & GcRequest,
): Promise<WaitedCollection> {
  const { everywhere, onNote, signal, system } = context;
  const { onWait } = waiting(context);
  const options = { dryRun: everywhere["dry-run"], lockWaitSeconds: DEFAULT_LOCK_WAIT_SECONDS, signal, onWait };
  if (readersWaitSeconds === undefined) {
    return { ...await parts.collectGarbage(system, repository, options), stillRead: [] };
  }
  const onReaders = (snapshots: readonly SnapshotState[]) => {
    for (const state of snapshots) {
      onNote(`Waiting for the readers of snapshot ${state.id} of ${repository.name}: ${keepText(state, 0)}`);
    }
  };
  return await parts.collectAfterReaders(system, repository, { ...options, readersWaitSeconds, onReaders });
}

/** Who waits for readers wants to know when they are still there. */
function stillReadFailures({ name }: Repository, { stillRead }: WaitedCollection): Failure[] {
  if (stillRead.length === 0) return [];
  const texts = stillRead.map((state) => `snapshot ${state.id} (${keepText(state, 0)})`);
  const fault = new Fault("locked", `Still read: ${texts.join(", ")}`, { hint: "Wait longer, or end the readers" });
  return [{ repository: name, fault }];
}

function toBlocks({ repository, result }: Collected, run: { dryRun: boolean; nowMs: number }): Block[] {
  const notes = result.notes.map((text): Block => ({ kind: "paragraph", text, tone: "warning" }));
  const heading: Block = { kind: "heading", text: repository.name };
  if (result.snapshots.length === 0) return [heading, { kind: "paragraph", text: "No snapshot yet" }, ...notes];
  return [heading, {
    kind: "table",
    columns: [
      { title: "SNAPSHOT", align: "right" },
      { title: "PUBLISHED" },
      { title: "DECISION" },
      { title: "WHY", wraps: true },
    ],
    rows: result.snapshots.map((snapshot) => toRow(snapshot, { ...run, removed: result.removed })),
  }, ...notes];
}

function toRow(
  snapshot: SnapshotState,
  { dryRun, nowMs, removed }: { dryRun: boolean; nowMs: number; removed: readonly number[] },
): Cell[] {
  const gone: Cell = { text: dryRun ? "would be removed" : "removed", tone: "warning" };
  return [
    String(snapshot.id),
    momentCell(snapshot.publishedMs),
    removed.includes(snapshot.id) ? gone : "kept",
    keepText(snapshot, nowMs),
  ];
}

function toJson({ repository, result }: Collected): JsonObject {
  return {
    name: repository.name,
    removed: result.removed,
    snapshots: result.snapshots.map(snapshotJson),
    notes: result.notes,
  };
}
