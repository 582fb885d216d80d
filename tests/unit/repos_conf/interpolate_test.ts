import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { REPOS_CONF, scratchConfig, sectionOf } from "../../support/scratch_config.ts";

const GOOD = "[good]\nlocation = /good\n";

function assertRefused(text: string, message: string): void {
  using config = scratchConfig({ [REPOS_CONF]: text });
  const fault = assertThrows(() => config.load(), Fault, message);
  assertEquals([fault.kind, typeof fault.hint], ["configuration", "string"]);
}

Deno.test("T10 [DEFAULT] at the end of the last file applies to all sections; an own option beats it", () => {
  using config = scratchConfig({
    [`${REPOS_CONF}/1`]: "[a]\nlocation = /a\n[b]\nlocation = /b\nsync-type = git\n",
    [`${REPOS_CONF}/2`]: "[DEFAULT]\nsync-type = rsync\n",
  });
  const configuration = config.load();
  assertEquals(["a", "b"].map((name) => sectionOf(configuration, name).syncType), ["rsync", "git"]);
});

Deno.test("T09 a section in two files is merged, the later option wins", () => {
  using config = scratchConfig({
    [`${REPOS_CONF}/1`]: "[a]\nlocation = /a\nsync-uri = one\n",
    [`${REPOS_CONF}/2`]: "[a]\nsync-uri = two\n",
  });
  const repository = sectionOf(config.load(), "a");
  assertEquals([repository.location, repository.syncUri], ["/a", "two"]);
  assertEquals(repository.options.get("sync-uri")?.origin, {
    kind: "file",
    path: `${config.path}/${REPOS_CONF}/2`,
    line: 2,
  });
});

Deno.test("T11 the roots can be referred to in any case", () => {
  using config = scratchConfig({
    "x/repos": "[a]\nlocation = /a-%(EPREFIX)s-%(EROOT)s-%(Root)s-%(portage_configroot)s\n",
  });
  const x = `${config.path}/x`;
  const variables = { EPREFIX: "", ROOT: `${x}/root`, PORTAGE_CONFIGROOT: x };
  const repository = sectionOf(config.load(variables, { reposConf: `${x}/repos` }), "a");
  assertEquals(repository.location, `/a--${x}/root/-${x}/root/-${x}`);
});

Deno.test("EROOT is ROOT and EPREFIX together", () => {
  using config = scratchConfig({ [REPOS_CONF]: "[a]\nlocation = %(eroot)srepo\n" });
  const { location } = sectionOf(config.load({ ROOT: "/r/", EPREFIX: "/p/" }), "a");
  assertEquals(location, "/r/p/repo");
});

Deno.test("T12 two percent signs are one", () => {
  using config = scratchConfig({ [REPOS_CONF]: `${GOOD}sync-uri = rsync://h/a%%20b\n` });
  assertEquals(sectionOf(config.load(), "good").syncUri, "rsync://h/a%20b");
});

for (const stray of ["rsync://h/a%20b", "100%", "%d", "%(x", "%()s"]) {
  Deno.test(`T13 ${stray} in an unused section is refused with file and line`, () => {
    assertRefused(`${GOOD}[other]\nlocation = /o\nunused = ${stray}\n`, `${REPOS_CONF}:5: A single "%"`);
  });
}

Deno.test("T14 a bad second file is refused although the first one is good", () => {
  using config = scratchConfig({ [`${REPOS_CONF}/1`]: GOOD, [`${REPOS_CONF}/2`]: "[x]\noops\n" });
  const fault = assertThrows(() => config.load(), Fault);
  assertStringIncludes(fault.message, `${config.path}/${REPOS_CONF}/2:2: No "="`);
});

Deno.test("a bad PORTAGE_REPOSITORIES is refused with its line", () => {
  using config = scratchConfig({});
  assertThrows(() => config.load({ PORTAGE_REPOSITORIES: "[a]\nx" }), Fault, 'PORTAGE_REPOSITORIES:2: No "="');
});

Deno.test("T15 a percent sign in PORTAGE_RSYNC_EXTRA_OPTS or in a root means itself", () => {
  using config = scratchConfig({ [REPOS_CONF]: "[a]\nlocation = %(root)srepo\n" });
  const variables = { PORTAGE_RSYNC_EXTRA_OPTS: "--out-format=%n", ROOT: "/r%20" };
  const repository = sectionOf(config.load(variables), "a");
  assertEquals([repository.rsync.extraOpts, repository.location], [["--out-format=%n"], "/r%20/repo"]);
});

Deno.test("T16 a byte-order mark is no text", () => {
  using config = scratchConfig({ [REPOS_CONF]: `\ufeff${GOOD}` });
  assertEquals(config.load().repositories.map((one) => one.section), ["good"]);
});

Deno.test("bytes that are no UTF-8 become replacement characters", () => {
  using config = scratchConfig({});
  config.write(REPOS_CONF, new Uint8Array([...new TextEncoder().encode(`${GOOD}sync-uri = a`), 0xff, 0x0a]));
  assertEquals(sectionOf(config.load(), "good").syncUri, "a\ufffd");
});

Deno.test("T18 extra options: the section, even when empty, before [DEFAULT], before the variable", () => {
  const variables = { PORTAGE_RSYNC_EXTRA_OPTS: "--ee" };
  const cases: readonly [string, string[]][] = [
    ["[DEFAULT]\nsync-rsync-extra-opts = --dd\n[a]\nlocation = /a\nsync-rsync-extra-opts =\n", []],
    ["[DEFAULT]\nsync-rsync-extra-opts = --dd\n[a]\nlocation = /a\n", ["--dd"]],
    ["[a]\nlocation = /a\n", ["--ee"]],
  ];
  for (const [text, words] of cases) {
    using config = scratchConfig({ [REPOS_CONF]: text });
    assertEquals(sectionOf(config.load(variables), "a").rsync.extraOpts, words);
  }
});

/** `k0` refers to `k1` and so on; the last one is plain. */
function chain(references: number): string {
  const links = Array.from({ length: references }, (_, at) => `k${at} = %(k${at + 1})s`);
  return `[a]\nlocation = /%(k0)s\n${links.join("\n")}\nk${references} = end\n`;
}

Deno.test("ten references may hang on one another, eleven may not", () => {
  using config = scratchConfig({ [REPOS_CONF]: chain(9) });
  assertEquals(sectionOf(config.load(), "a").location, "/end");
  assertRefused(chain(10), "More than 10 references");
});

Deno.test("a circle of references and an unknown name are refused", () => {
  assertRefused("[a]\nlocation = /%(b)s\nb = %(location)s\n", "go round in a circle");
  assertRefused("[a]\nlocation = /%(nope)s\n", `${REPOS_CONF}:2: "%(nope)s" refers to an option that is not set`);
});

Deno.test("a value of [DEFAULT] is interpolated by each section that inherits it", () => {
  using config = scratchConfig({
    [REPOS_CONF]: "[DEFAULT]\nbase = /b\nlocation = %(base)s/%(nick)s\n[x]\nnick = n1\n[y]\nnick = n2\n",
  });
  const configuration = config.load();
  assertEquals(["x", "y"].map((name) => sectionOf(configuration, name).location), ["/b/n1", "/b/n2"]);
  assertEquals(configuration.warnings, []);
});
