import type { Fault } from "../../base/fault.ts";
import type { Failure, JsonObject } from "../command.ts";
import type { SyncEvent } from "../../sync/event.ts";

/** The version of what `--json` prints: it grows when something is renamed or removed, not when something is added. */
export const SCHEMA = 1;

/** A command's document in one line, with the failures it met as `errors`. */
export function documentLine(command: string, document: JsonObject, failures: readonly Failure[] = []): string {
  const errors = failures.map(({ repository, fault }) => ({
    ...(repository !== undefined && { repository }),
    ...errorObject(fault),
  }));
  return jsonLine({ schema: SCHEMA, command, ...document, ...(errors.length > 0 && { errors }) });
}

/** The document for a command that failed as a whole; `command` is absent when it was not understood. */
export function errorLine(command: string | undefined, fault: Fault): string {
  return jsonLine({ schema: SCHEMA, ...(command !== undefined && { command }), error: errorObject(fault) });
}

/** One event of a sync in one line. */
export function eventLine(event: SyncEvent): string {
  return jsonLine({ schema: SCHEMA, ...event });
}

/** A fault as `--json` shows it. */
export function errorObject({ kind, message, hint }: Fault): JsonObject {
  return { kind, message, ...(hint !== undefined && { hint }) };
}

/** A moment as `--json` shows it; null for what a broken file system calls a time. */
export function momentJson(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function jsonLine(value: JsonObject | (SyncEvent & { readonly schema: number })): string {
  return `${JSON.stringify(value).replace(DANGEROUS, escaped)}\n`;
}

/** What JSON allows in a string though a terminal may act on it. */
const DANGEROUS = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
