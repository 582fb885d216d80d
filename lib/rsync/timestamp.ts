/** Where a repository's timestamp lies, relative to the tree. */
export const TIMESTAMP_PATH = "metadata/timestamp.chk";

/** No timestamp with its comments is larger. */
export const MAX_TIMESTAMP_BYTES = 64 * 1024;

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const FORM = /^([a-z]{3}), (\d{1,2}) ([a-z]{3}) (\d{4}) (\d{1,2}):(\d{1,2}):(\d{1,2}) \+0000$/;

/**
 * Reads a `metadata/timestamp.chk`: milliseconds since 1970 UTC, or `undefined` when it holds no time.
 *
 * What counts is the first line that is not empty once comments are cut off and blanks are squeezed. It must
 * read like `Tue, 14 Nov 2023 22:13:20 +0000`: English names in any case and no other offset; the day of the
 * week is not held against the date. Unlike Portage it takes no account of time zone and locale.
 *
 * @example
 * ```ts
 * import { parseTimestamp } from "./timestamp.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseTimestamp("Tue, 14 Nov 2023 22:13:20 +0000\n"), 1_700_000_000_000);
 * assertEquals(parseTimestamp("Tue, 14 Nov 2023 22:13:20 +0100\n"), undefined);
 * ```
 */
export function parseTimestamp(text: string): number | undefined {
  const fields = FORM.exec(firstLine(text).toLowerCase());
  if (fields === null) return undefined;
  const [, day = "", date, monthName = "", year, hour, minute, second] = fields;
  const month = MONTHS.indexOf(monthName);
  if (month < 0 || !DAYS.includes(day)) return undefined;
  return toMs([Number(year), month, Number(date)], [Number(hour), Number(minute), Number(second)]);
}

/** The line that {@linkcode parseTimestamp} looks at, normalised; `""` when there is none. */
function firstLine(text: string): string {
  for (const line of text.split(/\r\n|\n|\r/)) {
    const words = line.replace(/#.*/, "").trim().replace(/\s+/g, " ");
    if (words !== "") return words;
  }
  return "";
}

type Three = readonly [number, number, number];

function toMs([year, month, date]: Three, [hour, minute, second]: Three): number | undefined {
  // 61, since strptime(3) allows for leap seconds.
  if (hour > 23 || minute > 59 || second > 61 || year < 1) return undefined;
  const midnight = new Date(Date.UTC(2000, month, date));
  // The year apart, because Date.UTC takes 0 to 99 for the 1900s.
  midnight.setUTCFullYear(year, month, date);
  if (midnight.getUTCMonth() !== month || midnight.getUTCDate() !== date) return undefined;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}
