import { printable } from "../../base/printable.ts";
import type { Style } from "../style.ts";
import type { Cell, Column, TableBlock } from "../view.ts";
import { padded, shortened, textWidth, wrapped } from "./width.ts";

const GAP = "  ";
const NARROWEST = 8;

/**
 * The lines of a table. With a `width`, cells that have a short text show that in a table that is too wide, and then the
 * widest of the columns that may shrink or wrap gives way until the table fits; without one (in a pipe) nothing is cut.
 */
export function tableLines(
  { columns, rows }: TableBlock,
  layout: { style: Style; width: number | undefined },
): string[] {
  const texts = textsThatFit(columns, rows, layout.width);
  const widths = fit(columns, naturalWidths(columns, texts), layout.width);
  const title = lines(columns, widths, (column) => ({ text: columns[column]?.title ?? "", paint: layout.style.bold }));
  const body = rows.flatMap((row, index) =>
    lines(columns, widths, (column) => ({
      text: texts[index]?.[column] ?? "",
      paint: (text) => painted(text, row[column], layout.style),
    }))
  );
  return [...title, ...body];
}

function textsThatFit(columns: readonly Column[], rows: TableBlock["rows"], width: number | undefined): string[][] {
  const texts = rows.map((row) => row.map(cellText));
  const isTooWide = width !== undefined && tableWidth(naturalWidths(columns, texts)) > width;
  return isTooWide ? rows.map((row) => row.map(shortText)) : texts;
}

function cellText(cell: Cell): string {
  return printable(typeof cell === "string" ? cell : cell.text);
}

function shortText(cell: Cell): string {
  return printable(typeof cell === "string" ? cell : cell.short ?? cell.text);
}

function painted(text: string, cell: Cell | undefined, style: Style): string {
  return typeof cell === "object" && cell.tone !== undefined ? style.tone(text, cell.tone) : text;
}

function naturalWidths(columns: readonly Column[], texts: readonly (readonly string[])[]): number[] {
  return columns.map(({ title }, column) =>
    Math.max(textWidth(title), ...texts.map((row) => textWidth(row[column] ?? "")))
  );
}

function fit(columns: readonly Column[], natural: readonly number[], width: number | undefined): number[] {
  const widths = [...natural];
  if (width === undefined) return widths;
  for (let excess = tableWidth(widths) - width; excess > 0; excess--) {
    const widest = widestShrinking(columns, widths);
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function tableWidth(widths: readonly number[]): number {
  return sum(widths) + GAP.length * (widths.length - 1);
}

function widestShrinking(columns: readonly Column[], widths: readonly number[]): number | undefined {
  let found: number | undefined;
  for (const [index, width] of widths.entries()) {
    if (!(columns[index]?.shrinks || columns[index]?.wraps) || width <= NARROWEST) continue;
    if (found === undefined || width > (widths[found] ?? 0)) found = index;
  }
  return found;
}

interface PaintedText {
  readonly text: string;
  readonly paint: (text: string) => string;
}

/** The lines of one row: as many as the cell that wraps into the most. */
function lines(columns: readonly Column[], widths: readonly number[], cell: (column: number) => PaintedText): string[] {
  const cells = columns.map(({ wraps }, column) => {
    const { text, paint } = cell(column);
    const width = widths[column] ?? 0;
    return { paint, parts: wraps ? wrapped(text, width) : [shortened(text, width)] };
  });
  const count = Math.max(1, ...cells.map(({ parts }) => parts.length));
  return Array.from({ length: count }, (_, at) =>
    line(columns, widths, (column) => {
      const { parts = [], paint = (text: string) => text } = cells[column] ?? {};
      return { text: parts[at] ?? "", paint };
    }));
}

function line(columns: readonly Column[], widths: readonly number[], cell: (column: number) => PaintedText): string {
  const cells = columns.map(({ align }, column) => {
    const { text, paint } = cell(column);
    // Colours go round the text and not round the blanks, and the last column has no blanks after it.
    const blanks = padded("", (widths[column] ?? 0) - textWidth(text));
    if (text === "") return blanks;
    if (align === "right") return blanks + paint(text);
    return column === columns.length - 1 ? paint(text) : paint(text) + blanks;
  });
  return cells.join(GAP).trimEnd();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
