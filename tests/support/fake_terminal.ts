import type { Terminal } from "../../lib/host/terminal.ts";

/** A terminal, or two pipes, that remembers what was written. */
export interface FakeTerminal extends Terminal {
  /** All of standard output. */
  readonly out: string;
  /** All of standard error. */
  readonly err: string;
  /** Both, as a terminal shows them: lines as they look after all cursor movements. */
  screen(): string[];
  /** Gives the window another width. */
  resize(columns: number): void;
}

/** Pipes unless `columns` is given: then both streams are one terminal of that width. */
export function fakeTerminal({ columns }: { columns?: number } = {}): FakeTerminal {
  const written = { out: "", err: "", both: "" };
  let width = columns;
  return {
    writeOut: (text) => {
      written.out += text;
      written.both += text;
    },
    writeErr: (text) => {
      written.err += text;
      written.both += text;
    },
    outIsTerminal: columns !== undefined,
    errIsTerminal: columns !== undefined,
    columns: () => width,
    get out() {
      return written.out;
    },
    get err() {
      return written.err;
    },
    screen: () => shown(written.both, width ?? Infinity),
    resize: (to) => {
      width = to;
    },
  };
}

/** Interprets text, newlines, carriage returns, cursor up and clearing downwards, and wraps at the last column. */
function shown(text: string, columns: number): string[] {
  const rows: string[] = [""];
  let row = 0;
  let column = 0;
  // deno-lint-ignore no-control-regex -- escape sequences begin with one
  for (const [token] of text.matchAll(/\u001b\[(\d*)([A-Za-z])|[^]/gu)) {
    if (token === "\n") [row, column] = [row + 1, 0];
    else if (token === "\r") column = 0;
    else if (token.endsWith("A") && token.length > 1) row -= Number(token.slice(2, -1) || 1);
    else if (token.endsWith("J") && token.length > 1) rows.splice(row, Infinity, (rows[row] ?? "").slice(0, column));
    else if (token.length === 1 || !token.startsWith("\u001b")) {
      if (column >= columns) [row, column] = [row + 1, 0];
      rows[row] = (rows[row] ?? "").padEnd(column).slice(0, column) + token + (rows[row] ?? "").slice(column + 1);
      column++;
    }
    rows[row] ??= "";
  }
  return rows.map((line) => line.trimEnd());
}
