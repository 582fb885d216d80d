import { dirname, resolve } from "@std/path";
import { Fault } from "../base/fault.ts";
import { printable, quoted } from "../base/printable.ts";
import { below } from "./below.ts";
import { faultAt } from "./config_fault.ts";
import { makeConfTokens, type Part, type Token } from "./make_conf_tokens.ts";
import type { Origin } from "./origin.ts";
import { type ConfigFile, type ConfigFileSystem, readConfigFiles } from "./walk_config.ts";

/** A variable that a file sets. */
export interface Assignment {
  readonly value: string;
  readonly origin: Origin;
}

/** What reading make.conf needs and gathers. */
export interface MakeConfScope {
  readonly files: ConfigFileSystem;
  readonly root: string;
  /** What a file may refer to without setting it. */
  readonly known: ReadonlyMap<string, string>;
  readonly assigned: Map<string, Assignment>;
  readonly warnings: string[];
  readonly filesRead: string[];
}

/** Files that `source` one another deeper than this go in circles. */
const MAX_SOURCE_DEPTH = 20;

/**
 * Reads a file in the shell-like dialect of make.conf, and what it sources, into `scope`.
 *
 * @throws {Fault} `configuration` with file and line at the first thing that is not `NAME=VALUE` or `source FILE`.
 */
export function readMakeConf(scope: MakeConfScope, file: ConfigFile, depth = 0): void {
  scope.filesRead.push(file.path);
  if (file.text.includes("\r\n")) {
    scope.warnings.push(`${printable(file.path)}: Lines end in CR LF; taken as line ends`);
  }
  const tokens = makeConfTokens(file);
  const statements = new Statements(scope, file, depth);
  for (let at = 0; at < tokens.length;) at = statements.run(tokens, at);
}

class Statements {
  readonly #scope: MakeConfScope;
  readonly #file: ConfigFile;
  readonly #depth: number;

  constructor(scope: MakeConfScope, file: ConfigFile, depth: number) {
    this.#scope = scope;
    this.#file = file;
    this.#depth = depth;
  }

  /** Runs the statement at `at` and returns where the next one starts. */
  run(tokens: readonly Token[], at: number): number {
    const first = tokens[at];
    const word = this.#plainText(first);
    if (word === "source") {
      this.#source(tokens[at + 1], first);
      return at + 2;
    }
    const nameAt = word === "export" ? at + 1 : at;
    this.#assign(tokens[nameAt] ?? first, tokens[nameAt + 1], tokens[nameAt + 2]);
    return nameAt + 3;
  }

  #assign(nameToken: Token | undefined, equals: Token | undefined, value: Token | undefined): void {
    const line = nameToken?.line ?? 1;
    const name = this.#plainText(nameToken);
    if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) {
      const what = name === undefined ? 'A second "="' : `${quoted(name)} is no name of a variable`;
      throw this.#fault(line, what, 'Write NAME="value"; values with blanks or "=" need the quotes');
    }
    if (equals?.kind !== "equals" || equals.line !== line) {
      throw this.#fault(line, `No "=" after ${quoted(name)}`, 'Write NAME="value"; values with blanks need the quotes');
    }
    if (value?.kind !== "word" || value.line !== line) {
      throw this.#fault(line, `No value for ${quoted(name)}`, `Write ${name}="" for an empty value`);
    }
    this.#scope.assigned.set(name, { value: this.#expand(name, value.parts, line), origin: this.#originOf(line) });
  }

  #source(target: Token | undefined, keyword: Token | undefined): void {
    const line = keyword?.line ?? 1;
    if (target?.kind !== "word") throw this.#fault(line, "No file after source", "Write source FILE");
    const name = this.#expand("source", target.parts, line);
    const path = name.startsWith("/")
      ? below(this.#scope.root, resolve("/", name))
      : resolve(dirname(this.#file.path), name);
    if (this.#depth >= MAX_SOURCE_DEPTH) {
      throw this.#fault(line, `${quoted(path)} is sourced in a circle`, "Remove this line");
    }
    const sourced = readConfigFiles(this.#scope.files, this.#scope.root, path);
    if (sourced.length === 0) {
      throw this.#fault(line, `${quoted(path)} does not exist`, "Create it, or remove this line");
    }
    for (const file of sourced) readMakeConf(this.#scope, file, this.#depth + 1);
  }

  /** A bad substitution empties the whole value, as in Portage. */
  #expand(name: string, parts: readonly Part[], line: number): string {
    const bad = parts.find((part) => part.kind === "bad substitution");
    if (bad !== undefined) {
      const where = printable(`${this.#file.path}:${line}`);
      const reason = `${quoted(bad.text)} is no substitution; ${quoted(name)} is empty now`;
      this.#scope.warnings.push(`${where}: ${reason}`);
      return "";
    }
    return parts.map((part) => part.kind === "variable" ? this.#valueOf(part.name) : part.text).join("");
  }

  #valueOf(name: string): string {
    return this.#scope.assigned.get(name)?.value ?? this.#scope.known.get(name) ?? "";
  }

  /** The text of a word that refers to no variable; `undefined` for anything else. */
  #plainText(token: Token | undefined): string | undefined {
    if (token?.kind !== "word") return undefined;
    return token.parts.map((part) => part.kind === "variable" ? `$${part.name}` : part.text).join("");
  }

  #fault(line: number, reason: string, hint: string): Fault {
    return faultAt(this.#originOf(line), reason, hint);
  }

  #originOf(line: number): Origin {
    return { kind: "file", path: this.#file.path, line };
  }
}
