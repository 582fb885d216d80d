/** What a command shows as text: blocks from top to bottom. Names in it are raw; the renderer escapes them. */
export type View = readonly Block[];

/** A part of a view. */
export type Block =
  | { readonly kind: "heading"; readonly text: string }
  /** Wrapped to the terminal's width. */
  | { readonly kind: "paragraph"; readonly text: string; readonly tone?: Tone }
  | TableBlock
  /** A term and what it means, the meanings aligned. */
  | { readonly kind: "pairs"; readonly pairs: readonly (readonly [term: string, meaning: string])[] }
  /** For programs: written byte for byte. */
  | { readonly kind: "verbatim"; readonly text: string };

/** Aligned columns under their titles. */
export interface TableBlock {
  readonly kind: "table";
  readonly columns: readonly Column[];
  /** One cell a column. */
  readonly rows: readonly (readonly Cell[])[];
}

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** May be cut short on a narrow terminal. */
  readonly shrinks?: boolean;
  /** Goes on in further lines on a narrow terminal: for a last column of which nothing may be missing. */
  readonly wraps?: boolean;
}

export type Cell = string | ColumnText;

export interface ColumnText {
  readonly text: string;
  readonly tone?: Tone;
  /** In place of `text` in a table that is too wide for the terminal. */
  readonly short?: string;
}

/** What a piece of text means; the renderer makes a colour of it. */
export type Tone = "good" | "warning" | "bad" | "muted";
