import { bashCompletions } from "./bash.ts";
import { fishCompletions } from "./fish.ts";
import type { CompletionModel } from "./model.ts";
import { zshCompletions } from "./zsh.ts";

/** A shell that has completions. */
export interface Shell {
  readonly name: "bash" | "zsh" | "fish";
  /** What the script is called where the shell looks for it. */
  readonly fileName: string;
  script(model: CompletionModel): string;
}

/** All of them. */
export const SHELLS: readonly Shell[] = [
  { name: "bash", fileName: "rcusync.bash", script: bashCompletions },
  { name: "zsh", fileName: "_rcusync", script: zshCompletions },
  { name: "fish", fileName: "rcusync.fish", script: fishCompletions },
];
