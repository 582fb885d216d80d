import { quoted } from "../base/printable.ts";
import { faultAt } from "./config_fault.ts";
import type { ConfigFile } from "./walk_config.ts";

/** A piece of a word. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly name: string }
  /** A `$` that introduces nothing known. */
  | { readonly kind: "bad substitution"; readonly text: string };

/** A word of make.conf, quotes and backslashes gone, or an equals sign. */
export type Token =
  | { readonly kind: "word"; readonly parts: readonly Part[]; readonly line: number }
  | { readonly kind: "equals"; readonly line: number };

/** What may stand in a word without quotes; anything beyond ASCII may, too. */
const BARE = /[\w~!@%*:;?,.\/\-+{}\u0080-\u{10ffff}]/u;
const BLANK = /[ \t\r\n]/;
const SUBSTITUTION = /\$(?:(\w+)|\{(\w+)\})/y;

/**
 * Splits make.conf into words and equals signs.
 *
 * @throws {Fault} `configuration` with file and line at an unclosed quote or at a character that needs quotes.
 */
export function makeConfTokens(file: ConfigFile): Token[] {
  return new Scanner(file).tokens();
}

class Scanner {
  readonly #path: string;
  readonly #text: string;
  #at = 0;
  #line = 1;
  #parts: Part[] = [];

  constructor(file: ConfigFile) {
    this.#path = file.path;
    this.#text = file.text.replaceAll("\r\n", "\n");
  }

  tokens(): Token[] {
    const tokens: Token[] = [];
    while (this.#at < this.#text.length) {
      const c = this.#peek();
      if (BLANK.test(c)) this.#take();
      else if (c === "#") this.#skipComment();
      else if (c === "=") tokens.push({ kind: "equals", line: this.#line }), this.#take();
      else tokens.push(this.#word());
    }
    return tokens;
  }

  #word(): Token {
    const line = this.#line;
    this.#parts = [];
    while (this.#at < this.#text.length && !/[ \t\r\n#=]/.test(this.#peek())) this.#wordPiece();
    return { kind: "word", parts: this.#parts, line };
  }

  #wordPiece(): void {
    const c = this.#peek();
    if (c === '"' || c === "'") this.#quotedText(c);
    else if (c === "\\") this.#bareEscape();
    else if (c === "$") this.#substitution(BLANK);
    else if (BARE.test(c)) this.#addText(this.#take());
    else throw this.#fault(`${quoted(c)} outside of quotes`, "Put the value into double quotes");
  }

  #quotedText(quote: string): void {
    const openedAt = this.#line;
    this.#take();
    while (this.#peek() !== quote) {
      if (this.#at >= this.#text.length) {
        this.#line = openedAt;
        throw this.#fault("A quote is not closed", `Add the missing ${quote}`);
      }
      const c = this.#peek();
      if (c === "\\") this.#quotedEscape(quote);
      else if (c === "$") this.#substitution(quote === '"' ? /"/ : /'/);
      else this.#addText(this.#take() === "\n" ? " " : c);
    }
    this.#take();
    // An empty pair of quotes is still a word.
    this.#addText("");
  }

  /** A backslash protects what is special, drops a line end, and is itself before anything else. */
  #quotedEscape(quote: string): void {
    this.#take();
    const next = this.#peek();
    if (next === "\n") this.#take();
    else if (next === "\\" || next === "$" || (next === '"' && quote === '"')) this.#addText(this.#take());
    else this.#addText("\\");
  }

  #bareEscape(): void {
    this.#take();
    if (this.#at >= this.#text.length) throw this.#fault("A backslash at the end", "Remove it, or put it into quotes");
    const escaped = this.#take();
    if (escaped !== "\n") this.#addText(escaped);
  }

  /** Both kinds of quotes expand variables; a `$` just before `end` is itself. */
  #substitution(end: RegExp): void {
    SUBSTITUTION.lastIndex = this.#at;
    const match = SUBSTITUTION.exec(this.#text);
    const name = match?.[1] ?? match?.[2];
    if (match !== null && name !== undefined) {
      this.#parts.push({ kind: "variable", name });
      this.#at += match[0].length;
      return;
    }
    this.#take();
    const next = this.#peek();
    if (next === "" || end.test(next)) this.#addText("$");
    else this.#parts.push({ kind: "bad substitution", text: `$${next}` });
    // The second of two is part of the same mistake, not the start of another substitution.
    if (next === "$") this.#take();
  }

  #skipComment(): void {
    while (this.#at < this.#text.length && this.#peek() !== "\n") this.#take();
  }

  #addText(text: string): void {
    this.#parts.push({ kind: "text", text });
  }

  /** The character at hand; empty at the end. */
  #peek(): string {
    const code = this.#text.codePointAt(this.#at);
    return code === undefined ? "" : String.fromCodePoint(code);
  }

  #take(): string {
    const c = this.#peek();
    this.#at += c.length;
    if (c === "\n") this.#line++;
    return c;
  }

  #fault(reason: string, hint: string) {
    return faultAt({ kind: "file", path: this.#path, line: this.#line }, reason, hint);
  }
}
