import { LETTERS, takesValue } from "./option_names.ts";

/** One option of rsync, as given. */
export interface Option {
  /** The long name without dashes, also where the letter was given; `F` and `D` have none. */
  readonly name: string;
  readonly value: string | undefined;
}

/** An option with its value, a cluster of letters, or an operand: what one must keep or drop as a whole. */
export type WordGroup =
  | { readonly kind: "long"; readonly words: readonly string[]; readonly option: Option }
  | { readonly kind: "letters"; readonly words: readonly string[]; readonly letters: readonly LetterOption[] }
  | { readonly kind: "operand"; readonly words: readonly string[] };

/** One letter of a cluster. */
export interface LetterOption {
  readonly letter: string;
  /** `-P` is two options, the others one. */
  readonly options: readonly Option[];
  /** The value, and whether it was part of the same word. */
  readonly value: { readonly text: string; readonly attached: boolean } | undefined;
}

/**
 * Reads words as rsync does (popt): `--name=value`, `--name value`, `-abc`, `-e value`, `-evalue`. Long names are
 * not abbreviated: rsync refuses `--verb`. Nothing is judged here; unknown names come through as flags.
 */
export function parseWords(words: readonly string[]): WordGroup[] {
  const groups: WordGroup[] = [];
  for (let at = 0; at < words.length;) {
    const group = readGroup(words[at] ?? "", words[at + 1]);
    groups.push(group);
    at += group.words.length;
  }
  return groups;
}

/** All options among the words, in order. */
export function optionsOf(words: readonly string[]): Option[] {
  return parseWords(words).flatMap((group) => {
    if (group.kind === "long") return [group.option];
    return group.kind === "letters" ? group.letters.flatMap((letter) => letter.options) : [];
  });
}

/** The words without the options that `drop` picks; what stays, stays as it was spelled. */
export function withoutOptions(words: readonly string[], drop: (option: Option) => boolean): string[] {
  return parseWords(words).flatMap((group) => {
    if (group.kind === "long") return drop(group.option) ? [] : group.words;
    return group.kind === "letters" ? keptLetters(group, drop) : group.words;
  });
}

function readGroup(word: string, next: string | undefined): WordGroup {
  if (word.startsWith("--") && word !== "--") return readLong(word, next);
  if (word.startsWith("-") && word !== "-" && word !== "--") return readLetters(word, next);
  return { kind: "operand", words: [word] };
}

function readLong(word: string, next: string | undefined): WordGroup {
  const equals = word.indexOf("=");
  if (equals >= 0) {
    return { kind: "long", words: [word], option: { name: word.slice(2, equals), value: word.slice(equals + 1) } };
  }
  const name = word.slice(2);
  if (!takesValue(name) || next === undefined) {
    return { kind: "long", words: [word], option: { name, value: undefined } };
  }
  return { kind: "long", words: [word, next], option: { name, value: next } };
}

function readLetters(word: string, next: string | undefined): WordGroup {
  const letters: LetterOption[] = [];
  for (let at = 1; at < word.length; at++) {
    const letter = word.charAt(at);
    const names = LETTERS.get(letter) ?? [letter];
    if (!names.some(takesValue)) {
      letters.push({ letter, options: names.map((name) => ({ name, value: undefined })), value: undefined });
      continue;
    }
    const rest = word.slice(at + 1);
    const text = rest === "" ? next : rest.replace(/^=/, "");
    const value = text === undefined ? undefined : { text, attached: rest !== "" };
    letters.push({ letter, options: names.map((name) => ({ name, value: text })), value });
    const words = value !== undefined && !value.attached ? [word, value.text] : [word];
    return { kind: "letters", words, letters };
  }
  return { kind: "letters", words: [word], letters };
}

function keptLetters(
  group: Extract<WordGroup, { kind: "letters" }>,
  drop: (option: Option) => boolean,
): readonly string[] {
  if (!group.letters.some(({ options }) => options.some(drop))) return group.words;
  const cluster: string[] = [];
  const after: string[] = [];
  for (const { letter, options, value } of group.letters) {
    const kept = options.filter((option) => !drop(option));
    if (kept.length === options.length) {
      cluster.push(letter, value?.attached ? value.text : "");
      if (value !== undefined && !value.attached) after.push(value.text);
    } else {
      // A letter that stands for two options of which one stays (`-P`): spell that one out.
      after.push(...kept.map(({ name }) => `--${name}`));
    }
  }
  const joined = cluster.join("");
  return joined === "" ? after : [`-${joined}`, ...after];
}
