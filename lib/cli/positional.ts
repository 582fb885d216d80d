/** One positional argument of a command, or a list of them at the end. */
export interface Positional {
  /** In help: `REPO`. */
  readonly placeholder: string;
  /** What the word names, for completion: `program` a program to run, the words after it being its own. */
  readonly kind: "repository" | "snapshot" | "pin" | "command" | "program" | "directory" | "word";
  /** `many` is none or more, and comes last. */
  readonly arity: "one" | "optional" | "many";
  /** The only words allowed. */
  readonly choices?: readonly string[];
}

/** The positional arguments of a command, in the order in which they are written. */
export type Positionals = Readonly<Record<string, Positional>>;

/** What a positional argument is after parsing. */
export type PositionalValue<Arity extends Positional["arity"] = Positional["arity"]> = Arity extends "many"
  ? readonly string[]
  : Arity extends "optional" ? string | undefined
  : string;

/** The values of all positional arguments. */
export type PositionalValues<P extends Positionals = Positionals> = {
  readonly [Name in keyof P]: PositionalValue<P[Name]["arity"]>;
};

/** How it is written in help: `REPO`, `[REPO]`, `[REPO…]`, `bash|zsh`. */
export function positionalUsage({ placeholder, arity, choices }: Positional): string {
  const name = choices?.join("|") ?? placeholder;
  switch (arity) {
    case "one":
      return name;
    case "optional":
      return `[${name}]`;
    case "many":
      return `[${name}…]`;
  }
}
