import { format } from "@std/fmt/bytes";
import { momentText } from "../../base/moment.ts";
import type { ColumnText } from "../view.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A size: `1.2 MB`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bytesText } from "./quantity.ts";
 * assertEquals(bytesText(1_234_567), "1.2 MB");
 * ```
 */
export function bytesText(bytes: number): string {
  return format(bytes, { maximumFractionDigits: 1 });
}

/** How long something took: `0.4 s`, `3.4 s`, `2 min 5 s`, `1 h 12 min`. */
export function durationText(ms: number): string {
  if (ms < MINUTE - 50) return `${(ms / SECOND).toFixed(1)} s`;
  const seconds = Math.round(ms / SECOND);
  if (ms < HOUR) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(ms / MINUTE);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How long ago, or from now, in the largest unit that fits: `5 minutes`, `1 day`. */
export function spanText(ms: number): string {
  if (ms < MINUTE) return counted(Math.floor(ms / SECOND), "second");
  if (ms < HOUR) return counted(Math.floor(ms / MINUTE), "minute");
  if (ms < 2 * DAY) return counted(Math.floor(ms / HOUR), "hour");
  return counted(Math.floor(ms / DAY), "day");
}

/** A count with its unit: `1 file`, `2 files`, `3 repositories`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

/** A moment in a table: to the second, or to the day where there is no room. */
export function momentCell(ms: number): ColumnText {
  return { text: momentText(ms), short: dayText(ms) };
}

/** The day of a moment, in UTC. */
export function dayText(ms: number): string {
  return momentText(ms).split(" ")[0] ?? "";
}
