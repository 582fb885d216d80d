import type { CommandRow } from "../command.ts";
import type { EverywhereValues } from "../everywhere.ts";
import type { Flag } from "../flag.ts";
import { findCommand, parseCommand } from "../parse.ts";
import type { Positional } from "../positional.ts";

/** What is asked for at the cursor of a command line that is being typed. */
export interface Question {
  readonly kind: Kind;
  /** What is typed already of the word, or of the flag's value. */
  readonly typed: string;
  /** How many words of the same list stand before it. */
  readonly position: number;
  /** The repository that was named before it. */
  readonly repository: string | undefined;
  readonly everywhere: EverywhereValues;
}

type Kind = Positional["kind"] | Flag["kind"];

/** No word on a command line can have it. */
const CURSOR = "\0";

/**
 * Understands a command line up to the cursor just as it will be when it is run: the word under the cursor is marked,
 * and the mark looked for in what the parser makes of it.
 *
 * @param words Without the program's name; the last one is under the cursor, and may be empty.
 * @returns `undefined` where nothing is asked for that a command declares.
 * @throws {Fault} `usage` where no word can make a command line of it.
 */
export async function questionAt(
  words: readonly string[],
  commands: readonly CommandRow[],
): Promise<Question | undefined> {
  const line = findCommand([...words.slice(0, -1), `${words.at(-1) ?? ""}${CURSOR}`], commands);
  if (line.row === undefined) return undefined;
  const command = await line.row.load();
  const { everywhere, input } = parseCommand(line, { name: line.row.name, command });
  const given = [...givenWords(command.flags, input.flags), ...givenWords(command.positionals, input.positionals)];
  const asked = given.find(({ word }) => word.endsWith(CURSOR));
  if (asked === undefined) return undefined;
  return {
    kind: asked.kind,
    typed: asked.word.slice(0, -CURSOR.length),
    position: asked.position,
    repository: given.find(({ kind, word }) => kind === "repository" && !word.endsWith(CURSOR))?.word,
    everywhere,
  };
}

interface GivenWord {
  readonly kind: Kind;
  readonly word: string;
  readonly position: number;
}

function givenWords(
  declared: Readonly<Record<string, { readonly kind: Kind }>>,
  values: Readonly<Record<string, unknown>>,
): GivenWord[] {
  return Object.entries(declared).flatMap(([name, { kind }]) =>
    [values[name]].flat().flatMap((word, position) => typeof word === "string" ? [{ kind, word, position }] : [])
  );
}
