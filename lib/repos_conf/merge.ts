import { interpolate } from "./interpolate.ts";
import type { Origin } from "./origin.ts";
import { DEFAULT_SECTION, type ParsedConfig, type RawOption } from "./parsed_config.ts";

/** All sources as one, not yet interpolated. */
export interface MergedConfig {
  /** Options of `[DEFAULT]` and the presets under them. */
  readonly defaults: ReadonlyMap<string, RawOption>;
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, RawOption>>;
}

/** An option as it counts for one section. */
export interface EffectiveOption {
  readonly value: string;
  /** Before interpolation. */
  readonly text: string;
  readonly origin: Origin;
  /** Whether the section itself sets it, or `[DEFAULT]`, or rcusync. */
  readonly from: "section" | "default" | "preset";
}

/** The options of one section by name. */
export type SectionOptions = ReadonlyMap<string, EffectiveOption>;

/** Merges option by option: later sources win. */
export function mergeConfigs(
  presets: ReadonlyMap<string, RawOption>,
  sources: readonly ParsedConfig[],
): MergedConfig {
  const defaults = new Map(presets);
  const sections = new Map<string, Map<string, RawOption>>();
  for (const [name, options] of sources.flatMap((source) => [...source])) {
    const target = name === DEFAULT_SECTION ? defaults : sections.get(name) ?? new Map<string, RawOption>();
    for (const [key, option] of options) target.set(key, option);
    if (name !== DEFAULT_SECTION) sections.set(name, target);
  }
  return { defaults, sections };
}

/**
 * The options that count for each section, interpolated.
 *
 * @throws {Fault} `configuration` with file and line when any option of any section cannot be interpolated.
 */
export function effectiveSections(
  merged: MergedConfig,
  presets: ReadonlyMap<string, RawOption>,
): Map<string, SectionOptions> {
  const effective = (own: ReadonlyMap<string, RawOption>) => {
    const all = new Map([...merged.defaults, ...own]);
    const sourceOf = (key: string, option: RawOption) =>
      own.has(key) ? "section" : presets.get(key) === option ? "preset" : "default";
    return new Map(
      [...all].map(([key, option]): [string, EffectiveOption] => [key, {
        value: interpolate(option, all),
        text: option.text,
        origin: option.origin,
        from: sourceOf(key, option),
      }]),
    );
  };
  return new Map([...merged.sections].map(([name, own]) => [name, effective(own)] as const));
}
