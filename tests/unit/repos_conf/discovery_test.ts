import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { systemFiles } from "../../../lib/host/files.ts";
import { GLOBAL_REPOS_CONF, MAKE_CONF, REPOS_CONF, scratchConfig, sectionOf } from "../../support/scratch_config.ts";

const section = (name: string) => `[${name}]\nlocation = /nowhere/${name}\n`;

Deno.test("T01 a repos.conf directory is walked in code-point order, without hidden, backup and VCS names", () => {
  const skipped = [".dot", "t~", ".hid/x", "CVS/x", "bak~/x", "sub/.git/x"];
  using config = scratchConfig({
    [`${REPOS_CONF}/10-a`]: section("a"),
    [`${REPOS_CONF}/5`]: section("z"),
    [`${REPOS_CONF}/#emacs#`]: section("bin"),
    [`${REPOS_CONF}/x.bak`]: section("bak"),
    [`${REPOS_CONF}/sub/x`]: section("b"),
    "elsewhere": section("lnk"),
    ...Object.fromEntries(skipped.map((name) => [`${REPOS_CONF}/${name}`, section(`no${name.replace("/", "")}`)])),
  });
  const dir = `${config.path}/${REPOS_CONF}`;
  Deno.symlinkSync(`${config.path}/elsewhere`, `${dir}/link`);
  Deno.symlinkSync("/does/not/exist", `${dir}/dangling`);
  assertEquals(new Deno.Command("mkfifo", { args: [`${dir}/fifo`] }).outputSync().success, true);
  const { repositories, files } = config.load();
  assertEquals(repositories.map((one) => one.section).sort(), ["a", "b", "bak", "bin", "lnk", "z"]);
  assertEquals(files.map((file) => file.slice(dir.length + 1)), ["#emacs#", "10-a", "5", "link", "sub/x", "x.bak"]);
});

Deno.test("T01 a plain file named CVS is read", () => {
  using config = scratchConfig({ [`${REPOS_CONF}/CVS`]: section("a") });
  assertEquals(config.load().repositories.map((one) => one.section), ["a"]);
});

Deno.test("a link to its own parent directory ends, and so does a link to itself", () => {
  using config = scratchConfig({ [`${REPOS_CONF}/x`]: section("a") });
  Deno.symlinkSync("..", `${config.path}/${REPOS_CONF}/loop`);
  Deno.symlinkSync("self", `${config.path}/${REPOS_CONF}/self`);
  const { files } = config.load();
  assertEquals(files.filter((file) => file.endsWith("repos.conf/x")).length >= 1, true);
});

Deno.test("T02 the user's file overrides the global one option by option", () => {
  using config = scratchConfig({
    [GLOBAL_REPOS_CONF]: `${section("gentoo")}sync-uri = A\nsync-rsync-verify-jobs = 1\n`,
    [REPOS_CONF]: "[gentoo]\nsync-uri = B\n",
  });
  const gentoo = sectionOf(config.load(), "gentoo");
  assertEquals([gentoo.syncUri, gentoo.verification.jobs], ["B", 1]);
});

Deno.test("T03 PORTAGE_REPOSITORIES is the whole configuration, even when empty", () => {
  using config = scratchConfig({ [REPOS_CONF]: section("a") });
  const given = config.load({ PORTAGE_REPOSITORIES: "[q]\nlocation=/q" });
  assertEquals(given.repositories.map((one) => one.section), ["q"]);
  assertEquals(config.load({ PORTAGE_REPOSITORIES: "" }).repositories, []);
});

Deno.test("T04 PORTAGE_REPOSITORIES of make.conf is ignored", () => {
  using config = scratchConfig({ [REPOS_CONF]: section("a"), [MAKE_CONF]: 'PORTAGE_REPOSITORIES="[q]"\n' });
  assertEquals(config.load().repositories.map((one) => one.section), ["a"]);
});

Deno.test("no repos.conf at all is no error", () => {
  using config = scratchConfig({});
  assertEquals(config.load().repositories, []);
});

Deno.test("--repos-conf replaces both files and the variable, and has to exist", () => {
  using config = scratchConfig({ [REPOS_CONF]: section("a"), "mine": section("m") });
  const variables = { PORTAGE_REPOSITORIES: section("p") };
  const { repositories } = config.load(variables, { reposConf: `${config.path}/mine` });
  assertEquals(repositories.map((one) => one.section), ["m"]);
  assertThrows(() => config.load({}, { reposConf: `${config.path}/typo` }), Fault, `"${config.path}/typo"`);
});

Deno.test("a configuration root that does not exist is refused by name", () => {
  using config = scratchConfig({});
  const fault = assertThrows(() => config.load({ PORTAGE_CONFIGROOT: `${config.path}/typo` }), Fault);
  assertEquals(fault.kind, "configuration");
  assertStringIncludes(fault.message, `"${config.path}/typo" is not a directory`);
});

Deno.test("--config-root wins over PORTAGE_CONFIGROOT", () => {
  using config = scratchConfig({ [REPOS_CONF]: section("a"), [`other/${REPOS_CONF}`]: section("b") });
  const { repositories, roots } = config.load({}, { configRoot: `${config.path}/other/` });
  assertEquals(repositories.map((one) => one.section), ["b"]);
  assertEquals(roots.configRoot, `${config.path}/other`);
});

for (const call of ["readText", "readDir"] as const) {
  Deno.test(`what ${call} may not read is an error that names the path`, () => {
    const files = systemFiles();
    const refuse = (path: string) => {
      throw Object.assign(new Error(`EACCES: ${path}`), { code: "EACCES" });
    };
    const guarded = { ...files, [call]: (path: string) => path.includes("secret") ? refuse(path) : files[call](path) };
    using config = scratchConfig({ [`${REPOS_CONF}/secret/x`]: section("a") }, guarded);
    const fault = assertThrows(() => config.load(), Fault, "permission denied");
    assertEquals(fault.kind, "configuration");
    assertStringIncludes(fault.message, `${config.path}/${REPOS_CONF}/secret`);
  });
}
