import { assertEquals, assertStringIncludes } from "@std/assert";
import { systemFiles } from "../../../lib/host/files.ts";
import { cleanRepoName } from "../../../lib/repos_conf/repo_name.ts";
import { REPOS_CONF, scratchConfig, sectionOf } from "../../support/scratch_config.ts";

const NAMES: readonly [text: string, name: string][] = [
  [" spaced name ", "spaced-name"],
  ["@@@", "x-up"],
  ["", "x-up"],
  ["a..//b!", "a-b"],
  ["--lead", "lead"],
  ["über_1-x", "über_1-x"],
  ["a\u001b[31mb\u202e", "a-31mb"],
];

for (const [text, name] of NAMES) {
  Deno.test(`T29 the name ${JSON.stringify(text)} becomes ${name}`, () => {
    assertEquals(cleanRepoName(text, "/srv/up"), name);
  });
}

const TEXT = "[a]\nlocation = $T/up\n";

Deno.test("T28 before the first sync a repository goes by the name of its section", () => {
  using config = scratchConfig({ [REPOS_CONF]: TEXT });
  assertEquals(sectionOf(config.load(), "a").name, "a");
});

Deno.test("T29 the first line of repo_name counts, and repo-name of layout.conf overrides it", () => {
  using config = scratchConfig({ [REPOS_CONF]: TEXT, "up/profiles/repo_name": "one two\nthree\n" });
  assertEquals(sectionOf(config.load(), "a").name, "one-two");
  config.write("up/metadata/layout.conf", "repo-name = @four\n");
  assertEquals(sectionOf(config.load(), "a").name, "four");
});

Deno.test("layout.conf that cannot be read is warned of and counts as absent", () => {
  const files = systemFiles();
  const readText = (path: string) => {
    if (path.endsWith("layout.conf")) throw Object.assign(new Error("EACCES: denied"), { code: "EACCES" });
    return files.readText(path);
  };
  using config = scratchConfig({ [REPOS_CONF]: TEXT, "up/metadata/layout.conf": "masters = x\n" }, {
    ...files,
    readText,
  });
  const configuration = config.load();
  assertEquals(sectionOf(configuration, "a").masters, []);
  assertStringIncludes(configuration.warnings.join(), "up/metadata/layout.conf");
});

Deno.test("a directory, a fifo or a link to itself in the place of layout.conf and repo_name is not opened", () => {
  using config = scratchConfig({ [REPOS_CONF]: TEXT, "up/metadata/layout.conf/x": "", "up/profiles/x": "" });
  const name = `${config.path}/up/profiles/repo_name`;
  assertEquals(new Deno.Command("mkfifo", { args: [name] }).outputSync().success, true);
  assertEquals(sectionOf(config.load(), "a").name, "a");
  Deno.removeSync(name);
  Deno.symlinkSync("repo_name", name);
  assertEquals(sectionOf(config.load(), "a").name, "a");
});
