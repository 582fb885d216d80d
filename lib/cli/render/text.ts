import { printable } from "../../base/printable.ts";
import type { Failure } from "../command.ts";
import type { Style } from "../style.ts";
import type { Block, View } from "../view.ts";
import { tableLines } from "./table.ts";
import { padded, textWidth, wrapped } from "./width.ts";

/** How text is laid out; without a `width` nothing is wrapped or cut. */
export interface Layout {
  readonly style: Style;
  readonly width: number | undefined;
}

/** A view as text, with a newline at its end; `""` for an empty one. Headings have a blank line before them. */
export function viewText(view: View, layout: Layout): string {
  let text = "";
  for (const block of view) {
    if (text !== "" && block.kind === "heading") text += "\n";
    text += block.kind === "verbatim" ? block.text : blockLines(block, layout).map((line) => `${line}\n`).join("");
  }
  return text;
}

/** An error in its one shape: `rcusync: gentoo: MESSAGE`, then the hint in a line of its own. */
export function failureText(
  { repository, message, hint }: { repository?: string | undefined; message: string; hint?: string | undefined },
  style: Style,
): string {
  const subject = repository === undefined ? "" : `${style.name(printable(repository))}: `;
  const first = `${style.tone("rcusync:", "bad")} ${subject}${printable(message)}\n`;
  return hint === undefined ? first : `${first}  ${style.bold("hint:")} ${printable(hint)}\n`;
}

/** {@linkcode failureText} of a failure. */
export function textOfFailure({ repository, fault }: Failure, style: Style): string {
  return failureText({ repository, message: fault.message, hint: fault.hint }, style);
}

function blockLines(block: Exclude<Block, { kind: "verbatim" }>, { style, width }: Layout): string[] {
  switch (block.kind) {
    case "heading":
      return [style.bold(printable(block.text))];
    case "paragraph": {
      const { tone } = block;
      const lines = linesOf(printable(block.text), width);
      return tone === undefined ? lines : lines.map((line) => style.tone(line, tone));
    }
    case "table":
      return tableLines(block, { style, width });
    case "pairs":
      return pairLines(block.pairs, { style, width });
  }
}

function pairLines(pairs: readonly (readonly [string, string])[], { style, width }: Layout): string[] {
  const terms = pairs.map(([term]) => printable(term));
  const column = Math.max(0, ...terms.map(textWidth)) + 4;
  return pairs.flatMap(([, meaning], index) => {
    const room = width === undefined ? undefined : Math.max(24, width - column);
    return linesOf(printable(meaning), room).map((line, row) => {
      const term = row === 0 ? terms[index] ?? "" : "";
      const blanks = padded("", column - 2 - textWidth(term));
      return `  ${term === "" ? "" : style.name(term)}${blanks}${line}`.trimEnd();
    });
  });
}

function linesOf(text: string, width: number | undefined): string[] {
  return width === undefined ? [text] : wrapped(text, width);
}
