import { nearestWord } from "../base/nearest_word.ts";
import { printable, quoted } from "../base/printable.ts";
import { referencesOf } from "./interpolate.ts";
import { KEYS } from "./keys.ts";
import type { MergedConfig } from "./merge.ts";
import { originText } from "./origin.ts";

/** One warning for each key that nobody knows and no `%(key)s` uses, with the known one that may be meant. */
export function unknownKeyWarnings(merged: MergedConfig, presets: ReadonlyMap<string, unknown>): string[] {
  const options = [merged.defaults, ...merged.sections.values()].flatMap((section) => [...section]);
  const referred = new Set(options.flatMap(([, { text }]) => referencesOf(text)));
  const warnings = new Map<string, string>();
  for (const [key, { origin }] of options) {
    if (KEYS.has(key) || presets.has(key) || referred.has(key) || warnings.has(key)) continue;
    const nearest = nearestWord(key, [...KEYS.keys()]);
    const advice = nearest === undefined ? "" : `; the nearest known one is ${quoted(nearest)}`;
    const where = printable(originText(origin));
    warnings.set(key, `${where}: Unknown key ${quoted(key)} is ignored${advice}`);
  }
  return [...warnings.values()];
}
