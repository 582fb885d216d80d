import { bold, cyan, dim, green, red, setColorEnabled, yellow } from "@std/fmt/colors";
import type { Tone } from "./view.ts";

/** How text is emphasised. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  /** For repositories and commands. */
  name(text: string): string;
  tone(text: string, tone: Tone): string;
}

const plain = (text: string) => text;

/** No emphasis: for pipes, files and those who do not like it. */
export const PLAIN_STYLE: Style = { bold: plain, dim: plain, name: plain, tone: plain };

/** Emphasis by terminal colours. */
export function colorStyle(): Style {
  // The library looks at NO_COLOR for itself, which would overrule --color=always.
  setColorEnabled(true);
  return { bold, dim, name: cyan, tone: (text, tone) => TONES[tone](text) };
}

const TONES: Readonly<Record<Tone, (text: string) => string>> = {
  good: green,
  warning: yellow,
  bad: red,
  muted: dim,
};

/** What decides whether one stream is coloured. */
export interface ColorQuestion {
  readonly when: "auto" | "always" | "never";
  readonly isTerminal: boolean;
  /** The variables NO_COLOR and TERM. */
  readonly noColor: string | undefined;
  readonly term: string | undefined;
}

/** Tells whether to use colours. NO_COLOR counts unless it is empty, as no-color.org has it; `always` outweighs it. */
export function wantsColor({ when, isTerminal, noColor, term }: ColorQuestion): boolean {
  if (when !== "auto") return when === "always";
  return isTerminal && !noColor && term !== "dumb";
}
