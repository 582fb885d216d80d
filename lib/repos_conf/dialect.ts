import { quoted } from "../base/printable.ts";
import { faultAt } from "./config_fault.ts";
import type { Origin } from "./origin.ts";
import { type ConfigSource, DEFAULT_SECTION, type ParsedConfig, type RawOption } from "./parsed_config.ts";
import { indentOf, trimmed, trimmedEnd } from "./white_space.ts";

/**
 * Parses one source: the dialect of Python's ConfigParser, strict, without inline comments.
 *
 * @throws {Fault} `configuration` with file and line at the first error.
 *
 * @example
 * ```ts
 * import { parseConfig } from "./dialect.ts";
 * import { assertEquals } from "@std/assert";
 * const config = parseConfig({ kind: "file", path: "/f", text: "[a]\nk = v\n  w\n" });
 * assertEquals(config.get("a")?.get("k")?.text, "v\nw");
 * ```
 */
export function parseConfig(source: ConfigSource): ParsedConfig {
  const parser = new Parser(source);
  linesOf(source).forEach((line, index) => parser.feed(line, index + 1));
  return parser.result();
}

/** In a variable a lone CR is ordinary text, in a file it ends a line. */
function linesOf(source: ConfigSource): string[] {
  return source.text.split(source.kind === "file" ? /\r\n|\r|\n/ : "\n");
}

interface OpenOption {
  readonly lines: string[];
  readonly origin: Origin;
}

class Parser {
  readonly #source: ConfigSource;
  readonly #sections = new Map<string, Map<string, OpenOption>>();
  #section: { readonly name: string; readonly options: Map<string, OpenOption> } | undefined;
  #option: OpenOption | undefined;
  /** Of the last header or option line: what is deeper continues its value. */
  #indent = 0;

  constructor(source: ConfigSource) {
    this.#source = source;
  }

  feed(line: string, number: number): void {
    const content = trimmed(line);
    if (line.includes("\0")) {
      throw faultAt(this.#originOf(number), "A NUL byte", "Write it as plain text: no path and no URI can hold one");
    }
    if (content.startsWith("#") || content.startsWith(";")) return;
    const indent = indentOf(line);
    if (content === "" || (this.#option !== undefined && indent > this.#indent)) {
      this.#option?.lines.push(content);
      return;
    }
    this.#indent = indent;
    const origin = this.#originOf(number);
    const name = /^\[(.+)\]/s.exec(content)?.[1];
    if (name !== undefined) this.#openSection(name, origin);
    else this.#openOption(content, origin);
  }

  result(): ParsedConfig {
    const finished = (options: ReadonlyMap<string, OpenOption>) =>
      new Map([...options].map(([name, option]) => [name, finishedOption(option)] as const));
    return new Map([...this.#sections].map(([name, options]) => [name, finished(options)] as const));
  }

  #openSection(name: string, origin: Origin): void {
    const known = this.#sections.get(name);
    if (known !== undefined && name !== DEFAULT_SECTION) {
      throw faultAt(origin, `Section ${quoted(name)} is there twice`, "Put all its options into one of the two");
    }
    const options = known ?? new Map<string, OpenOption>();
    this.#sections.set(name, options);
    this.#section = { name, options };
    this.#option = undefined;
  }

  #openOption(content: string, origin: Origin): void {
    if (this.#section === undefined) {
      throw faultAt(origin, "Text before the first section", "Start with a line [name]");
    }
    const at = content.search(/[=:]/);
    if (at < 0) {
      throw faultAt(origin, `No "=" in ${quoted(content)}`, 'Write "name = value", or "#" in front of a comment');
    }
    const name = trimmed(content.slice(0, at)).toLowerCase();
    if (name === "") {
      throw faultAt(origin, `No name before ${quoted(content.charAt(at))}`, 'Write "name = value"');
    }
    if (this.#section.options.has(name)) {
      const where = `in section ${quoted(this.#section.name)}`;
      throw faultAt(origin, `Option ${quoted(name)} is there twice ${where}`, "Remove one of the two");
    }
    this.#option = { lines: [trimmed(content.slice(at + 1))], origin };
    this.#section.options.set(name, this.#option);
  }

  #originOf(line: number): Origin {
    return this.#source.kind === "file"
      ? { kind: "file", path: this.#source.path, line }
      : { kind: "environment", variable: this.#source.variable, line };
  }
}

function finishedOption({ lines, origin }: OpenOption): RawOption {
  return { text: trimmedEnd(lines.join("\n")), origin, syntax: "interpolated" };
}
