import type { Origin } from "./origin.ts";

/** Text in the dialect of repos.conf, and where it comes from. */
export type ConfigSource =
  | { readonly kind: "file"; readonly path: string; readonly text: string }
  | { readonly kind: "environment"; readonly variable: string; readonly text: string };

/** An option before interpolation. */
export interface RawOption {
  readonly text: string;
  readonly origin: Origin;
  /** `literal`: a `%` in it means itself. */
  readonly syntax: "interpolated" | "literal";
}

/** The sections of one source by name, `DEFAULT` among them, each with its options by lower-case name. */
export type ParsedConfig = ReadonlyMap<string, ReadonlyMap<string, RawOption>>;

/** The section whose options all others inherit. */
export const DEFAULT_SECTION = "DEFAULT";
