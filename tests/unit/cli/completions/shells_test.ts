import { assert, assertEquals } from "@std/assert";
import { completionModel } from "../../../../lib/cli/completions/model.ts";
import { SHELLS } from "../../../../lib/cli/completions/shells.ts";
import { PROGRAM } from "../../../../lib/commands/table.ts";
import { testUnless, withoutCommand } from "../../../support/skip.ts";

const checkout = new URL("../../../../", import.meta.url).pathname;
const scripts = `${checkout}completions`;

for (const shell of SHELLS) {
  Deno.test(`completions/${shell.fileName} is what scripts/generate writes`, async () => {
    const fresh = shell.script(await completionModel(PROGRAM));
    assertEquals(Deno.readTextFileSync(`${scripts}/${shell.fileName}`), fresh);
  });

  testUnless(withoutCommand(shell.name), `${shell.name} finds no fault with its completion script`, () => {
    const { success, stderr } = new Deno.Command(shell.name, { args: ["-n", `${scripts}/${shell.fileName}`] })
      .outputSync();
    assert(success, new TextDecoder().decode(stderr));
  });
}
