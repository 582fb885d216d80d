/** Writes what is derived from the table of commands: the completion scripts. */
import { join } from "@std/path";
import { completionModel } from "../lib/cli/completions/model.ts";
import { SHELLS } from "../lib/cli/completions/shells.ts";
import { PROGRAM } from "../lib/commands/table.ts";

const target = join(import.meta.dirname ?? ".", "../completions");
const model = await completionModel(PROGRAM);
for (const shell of SHELLS) {
  Deno.writeTextFileSync(join(target, shell.fileName), shell.script(model));
}
