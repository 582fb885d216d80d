import { errnoOf, errorText } from "../base/errno.ts";
import type { Terminal } from "../host/terminal.ts";

/** A terminal on which writing never fails, so that the work goes on to its end. */
export interface TolerantTerminal extends Terminal {
  /** Why results were lost, in words; `undefined` when none were, or when their reader went away. */
  readonly lostResults: string | undefined;
}

/**
 * The terminal, but what cannot be written is dropped. Talk is dropped as long as there is trouble. Results are dropped
 * from the first trouble on, since what has a gap is no result. A reader that went away (`rcusync list | head -1`) is
 * no loss.
 */
export function tolerantTerminal(terminal: Terminal): TolerantTerminal {
  let outTrouble: unknown;
  return {
    writeOut: (text) => {
      if (outTrouble === undefined) outTrouble = troubleOf(() => terminal.writeOut(text));
    },
    writeErr: (text) => {
      troubleOf(() => terminal.writeErr(text));
    },
    outIsTerminal: terminal.outIsTerminal,
    errIsTerminal: terminal.errIsTerminal,
    columns: () => terminal.columns(),
    get lostResults() {
      return outTrouble === undefined || errnoOf(outTrouble) === "EPIPE" ? undefined : errorText(outTrouble);
    },
  };
}

/** What the operating system says against a write. */
function troubleOf(write: () => void): unknown {
  try {
    write();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return error;
  }
  return undefined;
}
