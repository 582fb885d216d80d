import type { Terminal } from "../../host/terminal.ts";
import { shortened, textWidth } from "./width.ts";

const ESCAPE = "\u001b[";
const USUAL_COLUMNS = 80;

/** Lines at the bottom of a terminal that are redrawn in place, on standard error. */
export interface LiveBlock {
  /** Shows these lines in place of the ones before; none to remove the block. */
  draw(lines: readonly string[]): void;
  /** Removes the block, lets `write` print what stays, and draws the block again below it. */
  above(write: () => void): void;
}

/**
 * A block on `terminal`. Lines must be printable and without colours; each is cut so that it fills one row, and a
 * frame is written in one piece, so that nothing is torn.
 */
export function liveBlock(terminal: Terminal): LiveBlock {
  let shown: readonly string[] = [];
  const columns = () => terminal.columns() ?? USUAL_COLUMNS;
  const frame = (lines: readonly string[]) => {
    const erase = erasing(shown, columns());
    // A full last column would make some terminals wrap, and the next erasing go one row too far up.
    shown = lines.map((line) => shortened(line, columns() - 1));
    return erase + shown.join("\n");
  };
  return {
    draw: (lines) => {
      const text = frame(lines);
      if (text !== "") terminal.writeErr(text);
    },
    above: (write) => {
      const again = shown;
      const erase = frame([]);
      if (erase !== "") terminal.writeErr(erase);
      write();
      if (again.length > 0) terminal.writeErr(frame(again));
    },
  };
}

/** Goes to the start of what is shown and clears to the end of the screen. */
function erasing(shown: readonly string[], columns: number): string {
  if (shown.length === 0) return "";
  // The window may have become narrower since, so that old lines now take several rows.
  const rows = shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)), 0);
  return `\r${rows > 1 ? `${ESCAPE}${rows - 1}A` : ""}${ESCAPE}J`;
}
