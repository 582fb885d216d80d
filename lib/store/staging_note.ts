import type { Files } from "../host/files.ts";
import { readJsonFile, writeJsonFile } from "./json_file.ts";
import type { StoreLayout } from "./layout.ts";

/** What is known of the staging tree, so that a later run can tell what it found. */
export type StagingNote = {
  /** The snapshot that staging was made from; `null` for an empty start and for a migration. */
  readonly base: number | null;
  /** What was not flushed does not outlive the boot that wrote it. */
  readonly bootId: string | null;
} & StagingPhase;

/**
 * How far staging has come: the copy of `base` is not complete; it is, and changes are being made to it; it is finished
 * and becomes `snapshot`.
 */
export type StagingPhase =
  | { readonly phase: "clone" }
  | { readonly phase: "apply" }
  | { readonly phase: "publish"; readonly snapshot: number };

/** Records the state of the staging tree. */
export function writeStagingNote(files: Files, layout: StoreLayout, note: StagingNote): void {
  writeJsonFile(files, layout.staging, note);
}

/** The last recorded state, or `undefined` when there is none that can be read. */
export function readStagingNote(files: Pick<Files, "readTextIfAny">, layout: StoreLayout): StagingNote | undefined {
  const value = readJsonFile(files, layout.staging);
  return isNote(value) ? value : undefined;
}

/** Forgets it; to be called when staging is gone. */
export function removeStagingNote(files: Pick<Files, "lstat" | "unlink">, layout: StoreLayout): void {
  if (files.lstat(layout.staging) !== undefined) files.unlink(layout.staging);
}

function isNote(value: unknown): value is StagingNote {
  if (typeof value !== "object" || value === null) return false;
  if (!("base" in value && "phase" in value && "bootId" in value)) return false;
  return value.phase !== "publish" || ("snapshot" in value && typeof value.snapshot === "number");
}
