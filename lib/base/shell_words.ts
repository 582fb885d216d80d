import { Fault } from "./fault.ts";
import { quoted } from "./printable.ts";

/**
 * Splits text into words as a POSIX shell would: quotes and backslashes are honoured, nothing is
 * expanded, and `#` is an ordinary character.
 *
 * @throws {Fault} `configuration` when a quote is not closed or the text ends in a backslash.
 *
 * @example
 * ```ts
 * import { shellWords } from "./shell_words.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(shellWords("--a 'x y' b\\ c #d"), ["--a", "x y", "b c", "#d"]);
 * ```
 */
export function shellWords(text: string): string[] {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at++;
    } else {
      const word = readWord(text, at);
      words.push(word.value);
      at = word.end;
    }
  }
  return words;
}

function readWord(text: string, start: number): { value: string; end: number } {
  let value = "";
  let at = start;
  while (at < text.length && !/\s/.test(text.charAt(at))) {
    const c = text.charAt(at);
    if (c === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) throw unclosed(text);
      value += text.slice(at + 1, end);
      at = end + 1;
    } else if (c === '"') {
      const inner = readDoubleQuoted(text, at + 1);
      value += inner.value;
      at = inner.end;
    } else if (c === "\\") {
      if (at + 1 >= text.length) throw unclosed(text);
      if (text.charAt(at + 1) !== "\n") value += text.charAt(at + 1);
      at += 2;
    } else {
      value += c;
      at++;
    }
  }
  return { value, end: at };
}

function readDoubleQuoted(
  text: string,
  start: number,
): { value: string; end: number } {
  let value = "";
  for (let at = start; at < text.length; at++) {
    const c = text.charAt(at);
    if (c === '"') return { value, end: at + 1 };
    if (
      c === "\\" && '"\\$`\n'.includes(text.charAt(at + 1)) &&
      at + 1 < text.length
    ) {
      at++;
      if (text.charAt(at) !== "\n") value += text.charAt(at);
    } else {
      value += c;
    }
  }
  throw unclosed(text);
}

function unclosed(text: string): Fault {
  return new Fault(
    "configuration",
    `Unclosed quote or trailing backslash in ${quoted(text)}`,
    { hint: "Close the quote, or escape it with a backslash" },
  );
}
