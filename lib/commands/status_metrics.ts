import { resolve } from "@std/path";
import { errnoOf, isErrno } from "../base/errno.ts";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { SnapshotSize } from "../gc/snapshot_size.ts";
import type { System } from "../host/system.ts";
import type { Repository } from "../repos_conf/repository.ts";
import type { SnapshotState } from "../storage/snapshot_state.ts";
import { lastSync } from "../store/last_sync.ts";
import { storeLayout } from "../store/layout.ts";

/** What is measured of one repository. */
export interface Measured {
  readonly repository: Repository;
  readonly snapshots: readonly (SnapshotState & { readonly size?: SnapshotSize })[];
  /** Whether what a mirror had last did not verify. */
  readonly rejected: boolean;
}

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** The state of the repositories that have a store, as Prometheus reads it: its text format, version 0.0.4. */
export function metricsText(system: Pick<System, "files" | "clock">, measured: readonly Measured[]): string {
  return metricsOf(system, measured).filter(({ samples }) => samples.length > 0).map(metricText).join("");
}

/**
 * Replaces the file at `path` in one step, so that node_exporter's textfile collector never reads half of it; it passes
 * over the temporary name, which does not end in `.prom`.
 *
 * @throws {Fault} `usage` when nothing can be written there.
 */
export function writeMetrics(
  { files, environment }: Pick<System, "files" | "environment">,
  { path, text }: { readonly path: string; readonly text: string },
): void {
  const target = resolve(environment.currentDir, path);
  const temporary = `${target}.${environment.pid}`;
  try {
    // In a container a run that was killed may have had the same number.
    if (files.lstat(temporary) !== undefined) files.unlink(temporary);
    files.createFile(temporary, text, 0o644);
    files.rename(temporary, target);
  } catch (error) {
    if (files.lstat(temporary) !== undefined) files.unlink(temporary);
    if (!isErrno(error, ...UNWRITABLE)) throw error;
    throw new Fault("usage", `Cannot write the metrics to ${quoted(target)}: ${errnoOf(error)}`, {
      hint: "Name a file in a directory that exists and that you may write to",
      cause: error,
    });
  }
}

const UNWRITABLE = ["ENOENT", "ENOTDIR", "EISDIR", "EACCES", "EPERM", "EROFS"] as const;

function metricsOf(system: Pick<System, "files" | "clock">, measured: readonly Measured[]): Metric[] {
  const each = (samples: (one: Measured) => readonly Sample[]) => measured.flatMap(samples);
  const latest = (value: (snapshot: SnapshotState) => number) =>
    each((one) => latestOf(one).map((snapshot) => [labelsOf(one), value(snapshot)] as const));
  const last = (value: (sync: NonNullable<ReturnType<typeof lastSync>>) => number) =>
    each((one) => lastOf(system, one).map((sync) => [labelsOf(one), value(sync)] as const));
  return [
    gauge("snapshots", "Snapshots in the store", each((one) => stored(one, one.snapshots.length))),
    gauge(
      "rejected",
      "Whether what a mirror had last did not verify",
      each((one) => stored(one, one.rejected ? 1 : 0)),
    ),
    gauge("latest_snapshot", "Number of the latest snapshot", latest(({ id }) => id)),
    gauge("latest_published_timestamp_seconds", "When the latest snapshot was published", latest(publishedSeconds)),
    gauge(
      "latest_age_seconds",
      "Age of the latest snapshot when this was written",
      latest(({ publishedMs }) => Math.max(0, Math.round(system.clock.nowMs() - publishedMs)) / 1000),
    ),
    gauge("last_success_timestamp_seconds", "When a sync succeeded last", last(({ endedMs }) => endedMs / 1000)),
    gauge("last_sync_duration_seconds", "How long that sync took", last(({ durationMs }) => durationMs / 1000)),
    gauge(
      "last_sync_phase_duration_seconds",
      "How long each phase of that sync took",
      each((one) =>
        lastOf(system, one).flatMap(({ phasesMs }) =>
          Object.entries(phasesMs).map(([phase, ms]) => [{ ...labelsOf(one), phase }, ms / 1000] as const)
        )
      ),
    ),
    gauge("last_sync_fetched_bytes", "Bytes of file contents that sync fetched", last(({ bytes }) => bytes)),
    gauge(
      "snapshot_own_bytes",
      "Bytes of a snapshot that no other tree has",
      each((one) =>
        one.snapshots.flatMap(({ id, size }) =>
          size === undefined ? [] : [[{ ...labelsOf(one), snapshot: String(id) }, size.own] as const]
        )
      ),
    ),
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name: `rcusync_${name}`, help, samples };
}

function stored(one: Measured, value: number): Sample[] {
  return one.repository.storage.kind === "hardlink_rcu" ? [[labelsOf(one), value]] : [];
}

function latestOf({ snapshots }: Measured): SnapshotState[] {
  return snapshots.filter(({ keep }) => keep.some(({ kind }) => kind === "latest"));
}

function lastOf({ files }: Pick<System, "files">, { repository: { storage } }: Measured) {
  const last = storage.kind === "hardlink_rcu" ? lastSync(files, storeLayout(storage.storeDir)) : undefined;
  return last === undefined ? [] : [last];
}

function publishedSeconds({ publishedMs }: SnapshotState): number {
  return publishedMs / 1000;
}

function labelsOf({ repository: { name } }: Measured): Labels {
  return { repository: name };
}

function metricText({ name, help, samples }: Metric): string {
  const lines = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}{${pairs.join(",")}} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

function escaped(text: string): string {
  return text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");
}
