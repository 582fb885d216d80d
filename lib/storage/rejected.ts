import { join } from "@std/path";
import { isErrno } from "../base/errno.ts";
import type { System } from "../host/system.ts";
import type { Problem } from "../manifest/problem.ts";
import { readJsonFile } from "../store/json_file.ts";
import type { StoreLayout } from "../store/layout.ts";
import { moveToTrash } from "../store/trash.ts";
import { abortStaging } from "./abort_staging.ts";

/** Why an update was not published; kept beside the rejected tree. */
export interface RejectionReport {
  readonly schema: 1;
  /** When; ISO 8601 in UTC. */
  readonly rejected: string;
  /** The mirror, without a password. */
  readonly uri: string;
  /** All problems, also those that were too many to be listed. */
  readonly problemCount: number;
  readonly problems: readonly Problem[];
}

/** What was rejected last, with no good sync since. */
export interface RejectedTree {
  /** `undefined` when none was fetched: what is signed was bad already. */
  readonly path: string | undefined;
  /** `undefined` when it was lost. */
  readonly report: RejectionReport | undefined;
}

/**
 * Moves the staging tree to `rejected/tree`, with the report beside it; an earlier one goes. Returns where it is now.
 */
export async function keepRejected(
  system: Pick<System, "files" | "clock">,
  layout: StoreLayout,
  report: RejectionReport,
): Promise<string> {
  noteRejected(system, layout, report);
  system.files.rename(layout.update, treePath(layout));
  await abortStaging(system, layout);
  return treePath(layout);
}

/** Writes the report of what was rejected before there was a tree; an earlier one goes, with its tree. */
export function noteRejected(system: Pick<System, "files">, layout: StoreLayout, report: RejectionReport): void {
  const { files } = system;
  dropRejected(system, layout);
  files.mkdir(layout.rejected, 0o700);
  files.createFile(reportPath(layout), `${JSON.stringify(report, undefined, 1)}\n`, 0o600);
}

/** What a store's last sync rejected, or `undefined` when that was nothing. Needs no lock. */
export function rejectedTree({ files }: Pick<System, "files">, layout: StoreLayout): RejectedTree | undefined {
  if (files.lstat(layout.rejected) === undefined) return undefined;
  try {
    const path = files.lstat(treePath(layout)) === undefined ? undefined : treePath(layout);
    const read = readJsonFile(files, reportPath(layout));
    const report = isReport(read) ? read : undefined;
    return path === undefined && report === undefined ? undefined : { path, report };
  } catch (error) {
    // It is for root and whoever synced; others may know that it is there.
    if (!isErrno(error, "EACCES")) throw error;
    return { path: treePath(layout), report: undefined };
  }
}

/** Moves what was rejected before to the trash; tells whether there was something. Needs the lock. */
export function dropRejected({ files }: Pick<System, "files">, layout: StoreLayout): boolean {
  if (files.lstat(layout.rejected) === undefined) return false;
  moveToTrash(files, layout, layout.rejected);
  return true;
}

function treePath(layout: StoreLayout): string {
  return join(layout.rejected, "tree");
}

function reportPath(layout: StoreLayout): string {
  return join(layout.rejected, "report.json");
}

function isReport(value: unknown): value is RejectionReport {
  return typeof value === "object" && value !== null && "schema" in value && value.schema === 1 &&
    "rejected" in value && "uri" in value && "problemCount" in value && "problems" in value &&
    Array.isArray(value.problems);
}
