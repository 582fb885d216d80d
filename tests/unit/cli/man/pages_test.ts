import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { MAN_PAGES } from "../../../../lib/cli/man/pages.ts";
import { roff } from "../../../../lib/cli/man/roff.ts";
import { PROGRAM } from "../../../../lib/commands/table.ts";
import { KEYS } from "../../../../lib/repos_conf/keys.ts";
import { runProgram } from "../../../support/run_command.ts";
import { testUnless, withoutCommand } from "../../../support/skip.ts";

const folder = new URL("../../../../docs/man/", import.meta.url).pathname;

for (const page of MAN_PAGES) {
  Deno.test(`docs/man/${page.fileName} is what scripts/generate writes`, async () => {
    assertEquals(Deno.readTextFileSync(`${folder}${page.fileName}`), await page.text(PROGRAM));
  });

  testUnless(withoutCommand("man"), `${page.fileName} renders without a warning of groff's`, () => {
    const { out, err, code } = show("man", ["--warnings", "-E", "UTF-8", "-l", `${folder}${page.fileName}`]);
    assertEquals({ code, err }, { code: 0, err: "" });
    assertStringIncludes(out, "NAME");
  });

  testUnless(withoutCommand("mandoc"), `${page.fileName} passes mandoc's lint`, () => {
    const { code, out } = show("mandoc", ["-Tlint", `${folder}${page.fileName}`]);
    assertEquals({ code, out }, { code: 0, out: "" });
  });
}

Deno.test("rcusync(1) has every command that is for people, and every flag of each", async () => {
  const text = await MAN_PAGES[0]?.text(PROGRAM) ?? "";
  for (const row of PROGRAM.commands) {
    const title = `.SS "rcusync ${row.name.replaceAll("-", "\\-")} `;
    assertEquals(text.includes(title), row.hidden !== true, row.name);
    if (row.hidden) continue;
    for (const flag of Object.keys((await row.load()).flags)) {
      assertStringIncludes(text, `\\-\\-${flag.replaceAll("-", "\\-")}`);
    }
  }
});

Deno.test("rcusync-repos.conf(5) has every key with its default", async () => {
  const text = await MAN_PAGES[1]?.text(PROGRAM) ?? "";
  for (const name of KEYS.keys()) assertStringIncludes(text, `\n.B ${name.replaceAll("-", "\\-")} =`);
  assertMatch(text, /Days before a previous snapshot expires\. Default: 7\./);
});

Deno.test("man prints rcusync(1), or the page that is named", async () => {
  const { code, out } = await runProgram(PROGRAM, ["man"]);
  assertEquals([code, out], [0, await MAN_PAGES[0]?.text(PROGRAM)]);
  assertEquals((await runProgram(PROGRAM, ["man", "rcusync-repos.conf"])).out, await MAN_PAGES[1]?.text(PROGRAM));
  assertEquals((await runProgram(PROGRAM, ["man", "portage"])).code, 2);
});

Deno.test("nothing in the text of a page means anything to roff", () => {
  const text = roff({
    name: "x",
    section: 1,
    volume: "",
    source: "",
    body: [{ kind: "section", title: "A" }, { kind: "paragraph", text: '.so \\n\'x "é"' }],
  });
  assert(text.endsWith(".SH A\n\\&.so \\(rsn\\(aqx \\(dq\\[u00E9]\\(dq\n"), text);
});

function show(command: string, args: readonly string[]): { code: number; out: string; err: string } {
  const env = { PATH: Deno.env.get("PATH") ?? "", LC_ALL: "C.UTF-8", MANWIDTH: "80", MANPAGER: "cat" };
  const { code, stdout, stderr } = new Deno.Command(command, { args: [...args], env, clearEnv: true }).outputSync();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}
