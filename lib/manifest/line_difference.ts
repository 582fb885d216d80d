/** What two texts have in common, line by line. */
export interface LineDifference {
  /** Lines of both, in the order of the new text. */
  readonly kept: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** From there on a set is made after all. */
const MANY_COMPARISONS = 100_000;

/** Lines that are looked at for the next one in common; there rarely are more new ones in a row. */
const LOOK_AHEAD = 8;

/**
 * Compares two texts as sets of lines. Both are gone through side by side, since nearly all lines are where they were:
 * a comparison costs a fraction of what a place in a set does. Only what has no counterpart nearby is looked up.
 */
export function lineDifference(before: string, after: string): LineDifference {
  const old = before.split("\n");
  const kept: string[] = [];
  const unmatched: string[] = [];
  const left = new Set<string>();
  let at = 0;
  for (const line of after.split("\n")) {
    const found = nextOf(old, at, line);
    if (found < 0) {
      unmatched.push(line);
      continue;
    }
    while (at < found) left.add(old[at++] ?? "");
    at = found + 1;
    kept.push(line);
  }
  while (at < old.length) left.add(old[at++] ?? "");
  const added: string[] = [];
  for (const line of unmatched) (left.delete(line) ? kept : added).push(line);
  return { kept, added: without(kept, added), removed: without(kept, [...left]) };
}

/** What is in one text twice and in the other once is in both. */
function without(kept: readonly string[], lines: readonly string[]): string[] {
  const many = kept.length * lines.length > MANY_COMPARISONS ? new Set(kept) : undefined;
  return lines.filter((line) => !(many === undefined ? kept.includes(line) : many.has(line)));
}

function nextOf(lines: readonly string[], from: number, line: string): number {
  const end = Math.min(from + LOOK_AHEAD, lines.length);
  for (let at = from; at < end; at++) if (lines[at] === line) return at;
  return -1;
}
