import { defineCommand } from "../cli/command.ts";
import { commandHelp, programHelp } from "../cli/help.ts";
import { commandRow } from "../cli/parse.ts";

/** `rcusync help [COMMAND]` */
export const help = defineCommand({
  needs: "nothing",
  description: ["Explains a command: its flags, examples and exit statuses. Without a command, lists them all."],
  positionals: { command: { placeholder: "COMMAND", kind: "command", arity: "optional" } },
  flags: {},
  exitStatuses: [],
  examples: [{ line: "rcusync help sync", purpose: "The same as: rcusync sync --help" }],
  run: async ({ program }, { positionals: { command: name } }) => {
    if (name === undefined) return programHelp(program);
    const row = commandRow(name, program.commands);
    return commandHelp(program, { row, command: await row.load() });
  },
});
