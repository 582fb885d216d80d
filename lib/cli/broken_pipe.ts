import { isErrno } from "../base/errno.ts";
import type { Terminal } from "../host/terminal.ts";

/**
 * The terminal, but a reader that went away (`rcusync list | head -1`) is no error: what is written to it from then
 * on is dropped, and the work goes on to its end.
 */
export function toleratingBrokenPipes(terminal: Terminal): Terminal {
  return {
    writeOut: untilBroken((text) => terminal.writeOut(text)),
    writeErr: untilBroken((text) => terminal.writeErr(text)),
    outIsTerminal: terminal.outIsTerminal,
    errIsTerminal: terminal.errIsTerminal,
    columns: () => terminal.columns(),
  };
}

function untilBroken(write: (text: string) => void): (text: string) => void {
  let broken = false;
  return (text) => {
    if (broken) return;
    try {
      write(text);
    } catch (error) {
      if (!isErrno(error, "EPIPE")) throw error;
      broken = true;
    }
  };
}
