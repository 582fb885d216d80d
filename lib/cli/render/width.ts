import { eastAsianWidth } from "get-east-asian-width";
import { once } from "../../base/once.ts";

/**
 * Columns that `text`, which has no escape sequences, takes on a terminal: 2 for a wide character or an emoji, 0 for a
 * combining one.
 */
export function textWidth(text: string): number {
  // ASCII needs no segmenter, which is slow to make.
  if (/^[ -~]*$/.test(text)) return text.length;
  return [...segmenter().segment(text)].reduce((width, { segment }) => width + characterWidth(segment), 0);
}

/** What a reader takes for one character may be several code points. */
function characterWidth(character: string): number {
  if (!/[^\p{Control}\p{Format}\p{Mark}\p{Default_Ignorable_Code_Point}]/u.test(character)) return 0;
  if (/\ufe0f|^\p{Regional_Indicator}{2}/u.test(character)) return 2;
  const widths = [...character].map((one) => eastAsianWidth(one.codePointAt(0) ?? 0));
  // Of the marks that belong to another character only these have a column of their own.
  const halfwidth = character.slice(1).match(/[\uff9e\uff9f]/g)?.length ?? 0;
  return widths.reduce((widest, width) => Math.max(widest, width), 0) + halfwidth;
}

const segmenter = once(() => new Intl.Segmenter());

/** `text` with blanks to `width` columns; unchanged when it is wider. */
export function padded(text: string, width: number, align: "left" | "right" = "left"): string {
  const blanks = " ".repeat(Math.max(0, width - textWidth(text)));
  return align === "left" ? text + blanks : blanks + text;
}

/** `text` cut to at most `width` columns, with an ellipsis for what is missing. */
export function shortened(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = "";
  for (const { segment } of segmenter().segment(text)) {
    if (textWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** `text` in lines of at most `width` columns, broken at blanks; a longer word keeps a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
