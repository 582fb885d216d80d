import type { System } from "../host/system.ts";
import { isDescribedBy, readJournal } from "../store/journal.ts";
import type { StoreLayout } from "../store/layout.ts";
import { retain, type Retention, type RetentionPolicy } from "../store/retention.ts";
import { latestSnapshot, listSnapshots } from "../store/snapshots.ts";

/** Why a snapshot stays. */
export type KeepReason =
  | Retention
  | { readonly kind: "pinned"; readonly names: readonly string[] }
  | { readonly kind: "leased" }
  | { readonly kind: "in-use"; readonly readers: readonly ReaderSummary[] };

/** A process that uses a snapshot. */
export interface ReaderSummary {
  readonly pid: number;
  readonly command: string;
  /** `cwd`, `root`, `fd`, `mount`, … */
  readonly how: string;
  /** What it holds; for `mount` the mount point. Not made printable. */
  readonly path?: string;
  /** The systemd unit or the container that it belongs to. */
  readonly unit?: string;
}

/** One snapshot of a store, and why it is kept; without a reason garbage collection removes it. */
export interface SnapshotState {
  readonly id: number;
  readonly path: string;
  /** Milliseconds since 1970: the directory's mtime. */
  readonly publishedMs: number;
  readonly keep: readonly KeepReason[];
  /** From the journal; absent where Portage made the snapshot. */
  readonly changes?: { readonly created: number; readonly changed: number; readonly deleted: number };
}

/**
 * What retention alone says of the snapshots of a store, ascending.
 *
 * A snapshot's age counts from its directory's mtime, as in Portage, or from the moment when another one replaced it
 * where a journal tells: who began to read it a second before that has the whole time, too.
 */
export function retainedStates(
  { files, clock }: Pick<System, "files" | "clock">,
  layout: StoreLayout,
  policy: RetentionPolicy,
): SnapshotState[] {
  const described = listSnapshots(files, layout).map((snapshot) => ({
    ...snapshot,
    journal: readJournal(files, layout, snapshot.id),
  }));
  const latest = latestSnapshot(files, layout)?.id;
  const replacedMs = new Map(described.flatMap(({ journal, ...snapshot }) => {
    const isKnown = journal !== undefined && journal.base !== null && isDescribedBy(snapshot, journal);
    return isKnown ? [[journal.base, journal.publishedMs]] : [];
  }));
  const aged = described.map(({ id, publishedMs }) => ({
    id,
    sinceMs: Math.max(publishedMs, replacedMs.get(id) ?? publishedMs),
  }));
  const replaced = described.find(({ id }) => id === latest)?.journal?.base ?? undefined;
  const retained = retain(aged, { latest, replaced, nowMs: clock.nowMs(), policy });
  return described.map(({ journal, ...snapshot }) => ({
    ...snapshot,
    keep: retained.get(snapshot.id) ?? [],
    ...(journal !== undefined && journal.uri !== null && { changes: journal.counts }),
  }));
}
