import { assertEquals } from "@std/assert";
import { complete } from "../../../lib/commands/complete.ts";
import { configurationOf, repositoryWith } from "../../support/repository.ts";
import { programOf, runProgram } from "../../support/run_command.ts";

Deno.test("completion offers names and aliases, but none that a shell could run", async () => {
  const configuration = configurationOf([
    repositoryWith({ aliases: ["main"] }),
    repositoryWith({ name: "x$(reboot)" }),
    repositoryWith({ name: "-rf" }),
  ]);
  const { out } = await runProgram(programOf({ complete }), ["complete", "repositories"], { configuration });
  assertEquals(out, "gentoo\nmain\n");
});
