/** A moment in words for people, in UTC to the second: `2025-11-23 06:15:07Z`; `?` for a number that is no time. */
export function momentText(ms: number): string {
  const date = new Date(ms);
  // A broken file system may hold any number for a time.
  if (Number.isNaN(date.getTime())) return "?";
  return date.toISOString().replace("T", " ").replace(/\.\d+Z$/, "Z");
}
