import { closestString } from "@std/text/closest-string";
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/**
 * The word of `known` that whoever typed `word` is likely to have meant; `undefined` when none is close. Close is what
 * begins with it, what has its letters in another order, and what differs in a third of its letters at most; dashes in
 * front are no letters.
 *
 * @example
 * ```ts
 * import { nearestWord } from "./nearest_word.ts";
 * import { assertEquals } from "@std/assert";
 * const known = ["sync", "status", "path", "--jobs", "--root"];
 * const typed = ["synk", "sta", "update", "--jbos", "--foo", "-j"];
 * assertEquals(typed.map((word) => nearestWord(word, known)), ["sync", "status", undefined, "--jobs", undefined, undefined]);
 * ```
 */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const letters = word.replace(/^-+/, "").toLowerCase();
  if (letters.length < 2 || known.length === 0) return undefined;
  const longer = known.filter((candidate) => candidate.toLowerCase().startsWith(word.toLowerCase()));
  if (longer.length > 0) return closestString(word, longer);
  const nearest = closestString(word, known);
  const distance = levenshteinDistance(word.toLowerCase(), nearest.toLowerCase());
  return distance <= letters.length / 3 || sorted(word) === sorted(nearest) ? nearest : undefined;
}

function sorted(word: string): string {
  return [...word.toLowerCase()].sort().join("");
}
