import type { Terminal } from "../host/terminal.ts";
import type { Output } from "./output.ts";

/**
 * The output of a command that programs ask while somebody waits: text as it is, and no renderer that takes time to
 * load.
 */
export function plainOutput(terminal: Pick<Terminal, "writeOut" | "writeErr">): Output {
  return {
    event: () => {},
    note: () => {},
    result: (_, { view }) => {
      for (const block of view) if (block.kind === "verbatim") terminal.writeOut(block.text);
    },
    fault: (_, { message }) => terminal.writeErr(`rcusync: ${message}\n`),
  };
}
