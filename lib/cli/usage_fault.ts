import { nearestWord } from "../base/nearest_word.ts";
import { quoted } from "../base/printable.ts";
import { Fault } from "../base/fault.ts";

/** A complaint about the command line; the hint leads to the help of `command`, or of the whole program. */
export function usageFault(message: string, command?: string): Fault {
  return new Fault("usage", message, { hint: `Read: ${helpLine(command)}` });
}

/** A complaint about a word that is none of `known`; the hint names the one that is meant, else says `otherwise`. */
export function unknownWordFault(
  what: string,
  word: string,
  { known, command, otherwise = "" }: {
    readonly known: readonly string[];
    readonly command?: string | undefined;
    readonly otherwise?: string | undefined;
  },
): Fault {
  const nearest = nearestWord(word, known);
  const advice = nearest === undefined ? otherwise : `The nearest is "${nearest}"`;
  const hint = `${advice === "" ? "" : `${advice}. `}Read: ${helpLine(command)}`;
  return new Fault("usage", `Unknown ${what} ${quoted(word)}`, { hint });
}

function helpLine(command: string | undefined): string {
  return command === undefined ? "rcusync --help" : `rcusync help ${command}`;
}
