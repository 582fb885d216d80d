/**
 * What makes rsync name every entry of the mirror's list when it comes to it. All of these lines are made here, and the
 * mirror is asked for nothing more; `--itemize-changes` given twice would have each entry go to the mirror and back.
 */
export const ENTRY_WORDS: readonly string[] = ["--debug=genr"];

/** Such a line is `recv_generator(NAME,NUMBER)`, since rsync 2 and up to 3.5.0. */
const BEFORE_NAME = new TextEncoder().encode("recv_generator(");

/** Where the name begins in such a line. */
export const NAME_AT: number = BEFORE_NAME.length;

const [COMMA, CLOSE] = [0x2c, 0x29];
const [ZERO, NINE] = [0x30, 0x39];

/** Where the name ends in the line from `from` to before `to`; `undefined` for another line. */
export function endOfName(bytes: Uint8Array, from: number, to: number): number | undefined {
  if (bytes[to - 1] !== CLOSE) return undefined;
  for (let at = 0; at < NAME_AT; at++) if (bytes[from + at] !== BEFORE_NAME[at]) return undefined;
  let at = to - 2;
  for (let byte = bytes[at] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[at] ?? 0) at--;
  return bytes[at] === COMMA && at >= from + NAME_AT ? at : undefined;
}

/** The number in such a line, whose name ends at `end`: rsync counts the entries of its list from 0. */
export function entryNumber(bytes: Uint8Array, end: number, to: number): number {
  let number = 0;
  for (let at = end + 1; at < to - 1; at++) number = number * 10 + (bytes[at] ?? ZERO) - ZERO;
  return number;
}

const TALK = ["generator starting pid=", "generate_files "].map((text) => new TextEncoder().encode(text));

/** Whether a line is about how rsync goes about it: it comes with those that name entries. */
export function isEntryTalk(line: Uint8Array): boolean {
  return TALK.some((text) => text.every((byte, at) => line[at] === byte));
}
