/** White space as repos.conf knows it: Unicode's, and the ASCII separators; a byte-order mark is none. */
const BLANK = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const LEADING = new RegExp(`^${BLANK}*`);
const TRAILING = new RegExp(`${BLANK}+$`);

/** Returns `text` without white space at its end. */
export function trimmedEnd(text: string): string {
  return text.replace(TRAILING, "");
}

/** Returns `text` without white space at either end. */
export function trimmed(text: string): string {
  return trimmedEnd(text.replace(LEADING, ""));
}

/** How many columns `line` is indented; a tab counts as one. */
export function indentOf(line: string): number {
  return LEADING.exec(line)?.[0].length ?? 0;
}

/** The words of `text`, split at white space. */
export function wordsOf(text: string): string[] {
  return text.split(new RegExp(`${BLANK}+`)).filter((word) => word !== "");
}
