/** How the KEYWORDS of an ebuild changed. */
export interface KeywordChange {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/**
 * Compares two values of KEYWORDS; `undefined` when they say the same.
 *
 * @example
 * ```ts
 * import { keywordChange } from "./keywords.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(keywordChange("~amd64 arm64", "amd64 arm64"), { gained: ["amd64"], lost: ["~amd64"] });
 * assertEquals(keywordChange("a b", "b a"), undefined);
 * ```
 */
export function keywordChange(before: string, after: string): KeywordChange | undefined {
  const [old, now] = [before, after].map((text) => text.split(/\s+/).filter((word) => word !== ""));
  const gained = now?.filter((word) => !old?.includes(word)) ?? [];
  const lost = old?.filter((word) => !now?.includes(word)) ?? [];
  return gained.length + lost.length === 0 ? undefined : { gained, lost };
}

/** The value of KEYWORDS in an entry of `metadata/md5-cache`. */
export function cachedKeywords(entry: string): string | undefined {
  return /^KEYWORDS=(.*)$/m.exec(entry)?.[1];
}

/** The value that an ebuild gives to KEYWORDS, as far as it can be told without running it. */
export function writtenKeywords(ebuild: string): string | undefined {
  const [, double, single] = /^[ \t]*KEYWORDS=(?:"([^"$]*)"|'([^']*)')/m.exec(ebuild) ?? [];
  return double ?? single;
}
