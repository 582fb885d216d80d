import { closestString } from "@std/text/closest-string";
import { quoted } from "../base/printable.ts";
import { Fault } from "../base/fault.ts";

/** A complaint about the command line; the hint leads to the help of `command`, or of the whole program. */
export function usageFault(message: string, command?: string): Fault {
  return new Fault("usage", message, { hint: `Read: ${helpLine(command)}` });
}

/** A complaint about a word that is none of `known`; the hint names the nearest of them. */
export function unknownWordFault(
  what: string,
  word: string,
  { known, command }: { readonly known: readonly string[]; readonly command?: string | undefined },
): Fault {
  const nearest = known.length === 0 ? "" : `The nearest is "${closestString(word, known)}". `;
  return new Fault("usage", `Unknown ${what} ${quoted(word)}`, { hint: `${nearest}Read: ${helpLine(command)}` });
}

function helpLine(command: string | undefined): string {
  return command === undefined ? "rcusync --help" : `rcusync help ${command}`;
}
