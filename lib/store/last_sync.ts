import type { Files } from "../host/files.ts";
import { readJsonFile, writeJsonFile } from "./json_file.ts";
import type { StoreLayout } from "./layout.ts";

/** The last sync of a store that a mirror answered and that succeeded, whether it changed anything or not. */
export interface LastSync {
  readonly schema: 1;
  /** Milliseconds since 1970. */
  readonly endedMs: number;
  readonly outcome: "updated" | "up-to-date";
  readonly durationMs: number;
  /** Milliseconds of each phase that there was. */
  readonly phasesMs: Readonly<Record<string, number>>;
  /** Bytes of file contents that were fetched. */
  readonly bytes: number;
  /** How it was found out what changed, and why so; absent in what earlier versions wrote. */
  readonly strategy?: { readonly name: string; readonly why: string };
}

/** Remembers a sync. Needs the store's lock; what a crash tears counts as no memory at all. */
export function rememberSync(files: Files, layout: StoreLayout, sync: LastSync): void {
  writeJsonFile(files, layout.lastSync, sync);
}

/** The last sync, or `undefined` when nothing is known of any. */
export function lastSync(files: Pick<Files, "readTextIfAny">, layout: StoreLayout): LastSync | undefined {
  const value = readJsonFile(files, layout.lastSync);
  return isLastSync(value) ? value : undefined;
}

function isLastSync(value: unknown): value is LastSync {
  return typeof value === "object" && value !== null && "schema" in value && value.schema === 1 &&
    "endedMs" in value && typeof value.endedMs === "number" && "durationMs" in value &&
    typeof value.durationMs === "number" && "bytes" in value && typeof value.bytes === "number" &&
    "phasesMs" in value && isDurations(value.phasesMs) &&
    (!("strategy" in value) || isStrategy(value.strategy));
}

function isDurations(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.values(value).every((ms) => typeof ms === "number");
}

function isStrategy(value: unknown): boolean {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string" &&
    "why" in value && typeof value.why === "string";
}
