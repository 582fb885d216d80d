import { assertEquals, assertStringIncludes } from "@std/assert";
import { faultsOf, REPOS_CONF, scratchConfig, sectionOf } from "../../support/scratch_config.ts";

const RSYNC = "sync-type = rsync\nsync-uri = rsync://h/m\n";

/** A section that syncs by rsync into snapshots. */
function rcu(name: string, location: string, store: string): string {
  return `[${name}]\nlocation = ${location}\n${RSYNC}sync-rcu = yes\nsync-rcu-store-dir = ${store}\n`;
}

/** Lines of a section, part of its only fault. */
const ALONE: readonly [title: string, lines: string, reason: string][] = [
  [
    "T33 sync-rcu without sync-allow-hardlinks",
    `${RSYNC}sync-rcu = yes\nsync-rcu-store-dir = /s\nsync-allow-hardlinks = no`,
    '"a" has sync-rcu without sync-allow-hardlinks',
  ],
  ["T33 sync-rcu without a store", `${RSYNC}sync-rcu = yes`, '"a" has sync-rcu without sync-rcu-store-dir'],
  [
    "T33 sync-rcu with an empty store",
    `${RSYNC}sync-rcu = yes\nsync-rcu-store-dir =`,
    '"a" has sync-rcu without sync-rcu-store-dir',
  ],
  [
    "T95 a relative store",
    `${RSYNC}sync-rcu = yes\nsync-rcu-store-dir = st`,
    'sync-rcu-store-dir = "st" of repository "a" is not an absolute path',
  ],
  ["a missing sync-uri", "sync-type = rsync", '"a" has a sync-type but no sync-uri'],
  ["a missing sync-type", "", '"a" has no sync-type'],
  [
    "T24 an unknown sync-type",
    "sync-type = RSYNC\nsync-uri = u",
    "is unknown; there are cvs, git, mercurial, rsync, svn, webrsync, zipfile",
  ],
  ["another sync-type", "sync-type = git\nsync-uri = u", "rcusync syncs by rsync only"],
  ["T155 a umask that is no octal number", `${RSYNC}sync-umask = 9z`, 'sync-umask = "9z" of repository "a"'],
  ["an unclosed quote in the extra options", `${RSYNC}sync-rsync-extra-opts = --a 'b`, "has an unclosed quote"],
];

for (const [title, lines, reason] of ALONE) {
  Deno.test(`${title} is refused with a hint`, () => {
    using config = scratchConfig({ [REPOS_CONF]: `[a]\nlocation = /a\n${lines}\n` });
    const { faults } = sectionOf(config.load(), "a");
    assertEquals(faults.map((fault) => [fault.kind, typeof fault.hint]), [["configuration", "string"]]);
    assertStringIncludes(faults[0]?.message ?? "", reason);
  });
}

Deno.test("another sync-type's hint names the command that syncs it", () => {
  using config = scratchConfig({ [REPOS_CONF]: "[a]\nlocation = /a\nsync-type = git\nsync-uri = u\n" });
  assertEquals(sectionOf(config.load(), "a").faults[0]?.hint, "Use emaint sync -r a");
});

Deno.test("sync-rcu with another sync-type is refused besides", () => {
  using config = scratchConfig({ [REPOS_CONF]: rcu("a", "/a", "/s").replace("= rsync\n", "= git\n") });
  assertStringIncludes(faultsOf(config.load(), "a").join("\n"), "does not go with sync-rcu");
});

Deno.test("a relative location is refused", () => {
  using config = scratchConfig({ [REPOS_CONF]: `[a]\nlocation = rel\n${RSYNC}` });
  assertStringIncludes(
    faultsOf(config.load(), "a").join("\n"),
    'location = "rel" of repository "a" is not an absolute',
  );
});

Deno.test("T91 a trailing slash of location and store is taken away", () => {
  using config = scratchConfig({ [REPOS_CONF]: rcu("a", "/x//y/../loc/", "/s/") });
  const { location, storage, faults } = sectionOf(config.load(), "a");
  assertEquals([location, storage.kind === "hardlink_rcu" && storage.storeDir], ["/x/loc", "/s"]);
  assertEquals(faults, []);
});

for (const [location, store] of [["/r", "/r"], ["/r", "/r/.store"], ["/s/latest", "/s"], ["/r/", "/x/../r/st"]]) {
  Deno.test(`T93 location ${location} and store ${store} are refused`, () => {
    using config = scratchConfig({ [REPOS_CONF]: rcu("a", location ?? "", store ?? "") });
    assertStringIncludes(faultsOf(config.load(), "a").join("\n"), "lie within one another");
  });
}

Deno.test("T93 store and location that lie within one another through a link are refused", () => {
  using config = scratchConfig({ "real/x": "", [REPOS_CONF]: rcu("a", "$T/link/loc", "$T/real/loc/store") });
  Deno.symlinkSync("real", `${config.path}/link`);
  assertStringIncludes(faultsOf(config.load(), "a").join("\n"), "lie within one another");
});

Deno.test("T93 a location that links to the directory around the store is refused", () => {
  using config = scratchConfig({ "real/x": "", [REPOS_CONF]: rcu("a", "$T/loc", "$T/real/store") });
  Deno.symlinkSync("real", `${config.path}/loc`);
  assertStringIncludes(faultsOf(config.load(), "a").join("\n"), "lie within one another");
});

Deno.test("a location that links into its own store is as it should be", () => {
  using config = scratchConfig({ "s/snapshots/1/x": "", [REPOS_CONF]: rcu("a", "$T/loc", "$T/s") });
  Deno.symlinkSync("snapshots/1", `${config.path}/s/latest`);
  Deno.symlinkSync(`${config.path}/s/latest`, `${config.path}/loc`);
  assertEquals(faultsOf(config.load(), "a"), []);
});

Deno.test("T94 a store that two repositories share is refused to both, not to a third", () => {
  using config = scratchConfig({
    [REPOS_CONF]: rcu("a", "/a", "/s") + rcu("b", "/b", "/t/../s/") + rcu("c", "/c", "/sc"),
  });
  const configuration = config.load();
  assertStringIncludes(faultsOf(configuration, "a").join(), 'Repositories "a" and "b" share the store "/s"');
  assertStringIncludes(faultsOf(configuration, "b").join(), 'Repositories "b" and "a" share the store "/s"');
  assertEquals(faultsOf(configuration, "c"), []);
});

Deno.test("T94 a store shared through a link is refused to both", () => {
  using config = scratchConfig({ "real/x": "", [REPOS_CONF]: rcu("a", "/a", "$T/real") + rcu("b", "/b", "$T/link") });
  Deno.symlinkSync("real", `${config.path}/link`);
  const configuration = config.load();
  assertEquals(["a", "b"].map((name) => faultsOf(configuration, name).length), [1, 1]);
});

Deno.test("T94 a store in [DEFAULT] is refused to every repository that takes it, were it only one", () => {
  const lines = "sync-rcu = yes\nsync-rcu-store-dir = /s\n";
  using config = scratchConfig({ [REPOS_CONF]: `[DEFAULT]\n${lines}[a]\nlocation = /a\n${RSYNC}` });
  assertStringIncludes(faultsOf(config.load(), "a").join(), "is set in [DEFAULT], where every repository");
});

Deno.test("a store in [DEFAULT] that differs by repository is accepted", () => {
  const lines = "sync-rcu = yes\nsync-rcu-store-dir = /s/%(nick)s\n";
  const section = (name: string) => `[${name}]\nlocation = /${name}\nnick = ${name}\n${RSYNC}`;
  using config = scratchConfig({ [REPOS_CONF]: `[DEFAULT]\n${lines}${section("a")}${section("b")}` });
  const configuration = config.load();
  assertEquals([...faultsOf(configuration, "a"), ...faultsOf(configuration, "b")], []);
});

Deno.test("a store in [DEFAULT] with an interpolation that gives two the same is refused to both", () => {
  const lines = "sync-rcu = yes\nsync-rcu-store-dir = %(root)ss\n";
  const section = (name: string) => `[${name}]\nlocation = /${name}\n${RSYNC}`;
  using config = scratchConfig({ [REPOS_CONF]: `[DEFAULT]\n${lines}${section("a")}${section("b")}` });
  const configuration = config.load();
  assertEquals(["a", "b"].map((name) => faultsOf(configuration, name).length), [1, 1]);
});

Deno.test("stores within one another, and a store within another's location, are refused to both", () => {
  using stores = scratchConfig({ [REPOS_CONF]: rcu("a", "/a", "/s") + rcu("b", "/b", "/s/update") });
  using inside = scratchConfig({ [REPOS_CONF]: `${rcu("a", "/a", "/b/s")}[b]\nlocation = /b\n${RSYNC}` });
  for (const configuration of [stores.load(), inside.load()]) {
    assertEquals(["a", "b"].map((name) => faultsOf(configuration, name).length), [1, 1]);
  }
});

Deno.test("two repositories at one location are refused, through a link too", () => {
  using config = scratchConfig({
    "real/x": "",
    [REPOS_CONF]: `[a]\nlocation = $T/real\n${RSYNC}[b]\nlocation = $T/link/\n${RSYNC}`,
  });
  Deno.symlinkSync("real", `${config.path}/link`);
  const configuration = config.load();
  assertStringIncludes(faultsOf(configuration, "a").join(), 'Repositories "a" and "b" have the same location');
  assertStringIncludes(faultsOf(configuration, "b").join(), 'Repositories "b" and "a" have the same location');
});
