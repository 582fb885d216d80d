import { defineCommand } from "../cli/command.ts";
import { completionModel } from "../cli/completions/model.ts";
import { SHELLS } from "../cli/completions/shells.ts";

/** `rcusync completions SHELL` */
export const completions = defineCommand({
  needs: "nothing",
  description: [
    "Prints the script that makes a shell complete commands, flags, repositories, snapshots and pins. Packages install " +
    "it; without one, load it as the examples do.",
  ],
  positionals: {
    shell: { placeholder: "SHELL", kind: "word", arity: "one", choices: SHELLS.map(({ name }) => name) },
  },
  flags: {},
  exitStatuses: [],
  examples: [
    { line: 'eval "$(rcusync completions bash)"', purpose: "In ~/.bashrc" },
    { line: 'eval "$(rcusync completions zsh)"', purpose: "In ~/.zshrc, after compinit" },
    { line: "rcusync completions fish | source", purpose: "In ~/.config/fish/config.fish" },
  ],
  run: async ({ program }, { positionals: { shell } }) => {
    const model = await completionModel(program);
    const script = SHELLS.filter(({ name }) => name === shell).map((one) => one.script(model)).join("");
    return { exitCode: 0, document: { shell, script }, view: [{ kind: "verbatim", text: script }] };
  },
});
