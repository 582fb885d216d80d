/** One flag of a command. The name is its key in {@linkcode Flags}, as typed after `--`. */
export type Flag =
  & {
    /** One letter, for `-x`. */
    readonly short?: string;
    /** One phrase for the help: capital first, no final period. */
    readonly description: string;
  }
  & FlagShape;

/**
 * What a flag takes. All but `switch` and `count` take a value, as `--flag=value`, `--flag value` or `-fvalue`; when
 * one is given more than once, the last value counts, but for `choices`.
 */
export type FlagShape =
  | { readonly kind: "switch" }
  /** Each use adds one. */
  | { readonly kind: "count" }
  | {
    readonly kind: "choice";
    readonly placeholder: string;
    readonly choices: readonly string[];
    readonly default?: string;
  }
  /** Each use adds one of them. */
  | { readonly kind: "choices"; readonly placeholder: string; readonly choices: readonly string[] }
  | { readonly kind: "directory" | "path" | "word"; readonly placeholder: string }
  /**
   * A word for the parser; for completion the number of a snapshot, the name of a pin, or names of repositories with
   * commas.
   */
  | { readonly kind: "snapshot" | "pin" | "repositories"; readonly placeholder: string }
  | { readonly kind: "integer"; readonly placeholder: string; readonly minimum: number; readonly default: number }
  /** A duration with its unit, `90s`, `30m`, `12h` or `2d`, as seconds. */
  | { readonly kind: "duration"; readonly placeholder: string }
  /** A duration in seconds; the value only comes as `--flag=value`, and `bare` is meant without it. */
  | { readonly kind: "seconds"; readonly placeholder: string; readonly bare: number };

/** The flags that are known in one place, by name. */
export type Flags = Readonly<Record<string, Flag>>;

/** What a flag is after parsing; `undefined`: not given, and without a default. */
export type FlagValue<F extends FlagShape = FlagShape> = F extends { kind: "switch" } ? boolean
  : F extends { kind: "count" | "integer" } ? number
  : F extends { kind: "choice"; choices: readonly (infer Choice)[]; default: string } ? Choice
  : F extends { kind: "choice"; choices: readonly (infer Choice)[] } ? Choice | undefined
  : F extends { kind: "choices"; choices: readonly (infer Choice)[] } ? readonly Choice[]
  : F extends { kind: "seconds" | "duration" } ? number | undefined
  : string | undefined;

/** The values of all flags, given or not. */
export type FlagValues<F extends Flags = Flags> = { readonly [Name in keyof F]: FlagValue<F[Name]> };

/** How the flag is written in help: `-j, --jobs N`. */
export function flagUsage(name: string, flag: Flag): string {
  const short = flag.short === undefined ? "    " : `-${flag.short}, `;
  return `${short}--${name}${valueUsage(flag)}`;
}

/** Tells whether the word after the flag is its value. */
export function takesNextWord(flag: Flag): boolean {
  return flag.kind !== "switch" && flag.kind !== "count" && flag.kind !== "seconds";
}

function valueUsage(flag: Flag): string {
  switch (flag.kind) {
    case "switch":
    case "count":
      return "";
    case "choice":
    case "choices":
      return ` ${flag.choices.join("|")}`;
    case "seconds":
      return `[=${flag.placeholder}]`;
    case "directory":
    case "path":
    case "word":
    case "snapshot":
    case "pin":
    case "repositories":
    case "integer":
    case "duration":
      return ` ${flag.placeholder}`;
  }
}
