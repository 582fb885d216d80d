/** Writes what is derived from the program: completion scripts, manual pages and docs/screens.md. */
import { join } from "@std/path";
import { completionModel } from "../lib/cli/completions/model.ts";
import { SHELLS } from "../lib/cli/completions/shells.ts";
import { MAN_PAGES } from "../lib/cli/man/pages.ts";
import { PROGRAM } from "../lib/commands/table.ts";
import { screensText } from "../tests/support/screens.ts";

const checkout = join(import.meta.dirname ?? ".", "..");

const model = await completionModel(PROGRAM);
for (const shell of SHELLS) {
  Deno.writeTextFileSync(join(checkout, "completions", shell.fileName), shell.script(model));
}

for (const page of MAN_PAGES) {
  Deno.writeTextFileSync(join(checkout, "docs/man", page.fileName), await page.text(PROGRAM));
}

Deno.writeTextFileSync(join(checkout, "docs/screens.md"), await screensText());
