import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { selectionWarnings, selectRepositories } from "../../../lib/repos_conf/select.ts";
import { REPOS_CONF, scratchConfig } from "../../support/scratch_config.ts";

const RSYNC = "sync-type = rsync\nsync-uri = rsync://h/m\n";
const good = (name: string) => `[${name}]\nlocation = /nowhere/${name}\n${RSYNC}`;

/** The sections that `names` select from `text`. */
function selected(text: string, ...names: string[]): string[] {
  using config = scratchConfig({ [REPOS_CONF]: text });
  return selectRepositories(config.load(), names).map((repository) => repository.section);
}

Deno.test("T23 auto mode takes what auto-syncs, named mode what is named", () => {
  const text = `${good("a")}auto-sync = no\n${good("b")}auto-sync = True\n`;
  assertEquals(selected(text), ["b"]);
  assertEquals(selected(text, "a"), ["a"]);
});

Deno.test("T24 T25 what cannot be synced stays in, with its faults, and stops nobody", () => {
  const text = `${good("a")}[d]\nlocation = /d\nsync-type = rsync\n[e]\nlocation = /e\nsync-type = RSYNC\n`;
  assertEquals(selected(text), ["a", "d", "e"]);
});

Deno.test("T26 a section without location is reported, the others go on", () => {
  using config = scratchConfig({ [REPOS_CONF]: `[x]\nsync-type = rsync\n[y]\nlocation =\n${good("a")}` });
  const configuration = config.load();
  assertEquals(selectRepositories(configuration, []).map((repository) => repository.section), ["a"]);
  assertEquals(configuration.rejected.map(({ section }) => section), ["x", "y"]);
  assertStringIncludes(selectionWarnings(configuration, [])[0] ?? "", 'Section "x" of repos.conf has no location');
  assertThrows(() => selectRepositories(configuration, ["x"]), Fault, 'Section "x"');
});

Deno.test("T27 without sync-type a repository is passed over in silence, and faulty when named", () => {
  using config = scratchConfig({ [REPOS_CONF]: "[a]\nlocation = /a\n" });
  const configuration = config.load();
  assertEquals([selectRepositories(configuration, []), selectionWarnings(configuration, [])], [[], []]);
  assertEquals(selectRepositories(configuration, ["a"])[0]?.faults.length, 1);
});

Deno.test("T28 section, real name and alias select, each repository once", () => {
  using config = scratchConfig({
    "up/profiles/repo_name": "realname\n",
    "up/metadata/layout.conf": "aliases = nick gone\n",
    [REPOS_CONF]: `[a]\nlocation = $T/up\naliases = other -gone\n${RSYNC}${good("b")}`,
  });
  const configuration = config.load();
  const select = (...names: string[]) => selectRepositories(configuration, names).map(({ section }) => section);
  assertEquals(["a", "realname", "nick", "other"].map((name) => select(name)), [["a"], ["a"], ["a"], ["a"]]);
  assertEquals(select("b", "realname", "a"), ["b", "a"]);
  assertThrows(() => select("gone"), Fault, 'no repository "gone"');
  assertEquals(configuration.warnings.length, 1);
  assertStringIncludes(configuration.warnings[0] ?? "", 'calls itself "realname"');
});

Deno.test("a section comes before a name or an alias that a mirror gave to another", () => {
  using config = scratchConfig({
    "up/profiles/repo_name": "b\n",
    [REPOS_CONF]: `[a]\nlocation = $T/up\n${RSYNC}${good("b")}`,
  });
  assertEquals(selectRepositories(config.load(), ["b"]).map(({ section }) => section), ["b"]);
});

Deno.test("an unknown name stops everything, and the nearest known one is told", () => {
  using config = scratchConfig({ [REPOS_CONF]: good("gentoo") + good("guru") });
  const fault = assertThrows(() => selectRepositories(config.load(), ["guru", "gentopo"]), Fault);
  assertEquals(fault.kind, "configuration");
  assertEquals([fault.message, fault.hint], [
    'There is no repository "gentopo"',
    'The nearest known one is "gentoo"',
  ]);
  const unlike = assertThrows(() => selectRepositories(config.load(), ["steam-overlay"]), Fault);
  assertEquals(unlike.hint, "See which there are: rcusync list");
});

Deno.test("a repository for another program is passed over with a warning, unless named", () => {
  using config = scratchConfig({ [REPOS_CONF]: `${good("a")}[g]\nlocation = /g\nsync-type = git\nsync-uri = u\n` });
  const configuration = config.load();
  assertEquals(selectRepositories(configuration, []).map(({ section }) => section), ["a"]);
  assertEquals(selectionWarnings(configuration, []).length, 1);
  assertStringIncludes(selectionWarnings(configuration, [])[0] ?? "", '"g" is skipped: its sync-type is git');
  assertEquals(selectRepositories(configuration, ["g"])[0]?.faults.length, 1);
  assertEquals(selectionWarnings(configuration, ["g"]), []);
});

Deno.test("T66 a broken repository that is not selected does not matter", () => {
  using config = scratchConfig({ [REPOS_CONF]: `${good("a")}[d]\nlocation = /d\nsync-type = rsync\n` });
  const [only, ...rest] = selectRepositories(config.load(), ["a"]);
  assertEquals([only?.section, only?.faults, rest], ["a", [], []]);
});
