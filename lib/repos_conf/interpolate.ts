import { quoted } from "../base/printable.ts";
import { faultAt } from "./config_fault.ts";
import type { RawOption } from "./parsed_config.ts";

/** How many references may hang on one another. */
const MAX_DEPTH = 10;

/**
 * Returns the value of `option` with each `%(name)s` replaced by that option of the same section, and `%%` by `%`.
 *
 * @param options All options of the section, inherited ones included.
 * @throws {Fault} `configuration` with file and line for any other `%`, an unknown name, or a circle.
 */
export function interpolate(option: RawOption, options: ReadonlyMap<string, RawOption>): string {
  return expand(option, options, 1);
}

function expand(option: RawOption, options: ReadonlyMap<string, RawOption>, depth: number): string {
  if (option.syntax === "literal" || !option.text.includes("%")) return option.text;
  if (depth > MAX_DEPTH) {
    const reason = `More than ${MAX_DEPTH} references hang on one another, or go round in a circle`;
    throw faultAt(option.origin, reason, "Write the value itself instead of a reference");
  }
  return option.text.replace(/%(?:(%)|\(([^)]+)\)s)?/g, (match, percent, name) => {
    if (percent !== undefined) return "%";
    if (name === undefined) throw strayPercent(option, match);
    const referred = options.get(String(name).toLowerCase());
    if (referred === undefined) {
      const reason = `${quoted(match)} refers to an option that is not set`;
      throw faultAt(option.origin, reason, `Set ${quoted(String(name))}, or write %% for a literal %`);
    }
    return expand(referred, options, depth + 1);
  });
}

function strayPercent(option: RawOption, match: string) {
  return faultAt(option.origin, `A single ${quoted(match)} in ${quoted(option.text)}`, "Write %% for a literal %");
}

/** The names that `text` refers to, in lower case. */
export function referencesOf(text: string): string[] {
  return [...text.matchAll(/%%|%\(([^)]+)\)s/g)].flatMap((match) => match[1]?.toLowerCase() ?? []);
}
