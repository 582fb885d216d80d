import { printable } from "../../base/printable.ts";
import type { Style } from "../style.ts";
import type { Cell, Column, TableBlock } from "../view.ts";
import { padded, shortened, textWidth } from "./width.ts";

const GAP = "  ";
const NARROWEST = 8;

/**
 * The lines of a table. With a `width`, the widest of the columns that may shrink gives way until the table fits;
 * without one (in a pipe) nothing is cut.
 */
export function tableLines(
  { columns, rows }: TableBlock,
  layout: { style: Style; width: number | undefined },
): string[] {
  const texts = rows.map((row) => row.map(cellText));
  const widths = fit(columns, naturalWidths(columns, texts), layout.width);
  const title = line(columns, widths, (column) => ({ text: columns[column]?.title ?? "", paint: layout.style.bold }));
  const body = rows.map((row, index) =>
    line(columns, widths, (column) => ({
      text: texts[index]?.[column] ?? "",
      paint: (text) => painted(text, row[column], layout.style),
    }))
  );
  return [title, ...body];
}

function cellText(cell: Cell): string {
  return printable(typeof cell === "string" ? cell : cell.text);
}

function painted(text: string, cell: Cell | undefined, style: Style): string {
  return cell === undefined || typeof cell === "string" ? text : style.tone(text, cell.tone);
}

function naturalWidths(columns: readonly Column[], texts: readonly (readonly string[])[]): number[] {
  return columns.map(({ title }, column) =>
    Math.max(textWidth(title), ...texts.map((row) => textWidth(row[column] ?? "")))
  );
}

function fit(columns: readonly Column[], natural: readonly number[], width: number | undefined): number[] {
  const widths = [...natural];
  if (width === undefined) return widths;
  const room = width - GAP.length * (columns.length - 1);
  for (let excess = sum(widths) - room; excess > 0; excess--) {
    const widest = widestShrinking(columns, widths);
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function widestShrinking(columns: readonly Column[], widths: readonly number[]): number | undefined {
  let found: number | undefined;
  for (const [index, width] of widths.entries()) {
    if (!columns[index]?.shrinks || width <= NARROWEST) continue;
    if (found === undefined || width > (widths[found] ?? 0)) found = index;
  }
  return found;
}

interface PaintedText {
  readonly text: string;
  readonly paint: (text: string) => string;
}

function line(columns: readonly Column[], widths: readonly number[], cell: (column: number) => PaintedText): string {
  const cells = columns.map(({ align }, column) => {
    const { text, paint } = cell(column);
    const width = widths[column] ?? 0;
    const short = shortened(text, width);
    // Colours go round the text and not round the blanks, and the last column has no blanks after it.
    const blanks = padded("", width - textWidth(short));
    if (align === "right") return blanks + paint(short);
    return column === columns.length - 1 ? paint(short) : paint(short) + blanks;
  });
  return cells.join(GAP).trimEnd();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
