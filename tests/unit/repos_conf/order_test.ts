import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Configuration } from "../../../lib/repos_conf/configuration.ts";
import { syncOrder } from "../../../lib/repos_conf/order.ts";
import { selectRepositories } from "../../../lib/repos_conf/select.ts";
import { REPOS_CONF, scratchConfig, sectionOf } from "../../support/scratch_config.ts";

function repository(name: string, lines = ""): string {
  return `[${name}]\nlocation = /nowhere/${name}\nsync-type = rsync\nsync-uri = rsync://h/m\n${lines}\n`;
}

function order(configuration: Configuration, ...names: string[]): string[][] {
  const batches = syncOrder(configuration, selectRepositories(configuration, names));
  return batches.map((batch) => batch.map(({ section }) => section));
}

Deno.test("T30 repositories come by priority, then by name", () => {
  using config = scratchConfig({
    [REPOS_CONF]: repository("b") + repository("a") + repository("c") + repository("d", "priority = 50") +
      repository("e", "priority = -7"),
  });
  assertEquals(order(config.load()), [["e", "a", "b", "c", "d"]]);
});

Deno.test("T31 a repository comes after its masters, once its local copy names them", () => {
  using config = scratchConfig({
    [REPOS_CONF]: `${repository("a", "masters = b")}${repository("b")}${repository("c")}`.replace(
      "/nowhere/b",
      "$T/b",
    ),
  });
  assertEquals(order(config.load()), [["b", "c"], ["a"]]);
  config.write("b/metadata/layout.conf", "# comment\nmasters = c\n");
  assertEquals(order(config.load()), [["c"], ["b"], ["a"]]);
});

Deno.test("T31 a master that is not selected is not waited for", () => {
  using config = scratchConfig({ [REPOS_CONF]: repository("a", "masters = b") + repository("b") });
  assertEquals(order(config.load(), "a"), [["a"]]);
});

Deno.test("T32 two that are masters of each other come once each", () => {
  using config = scratchConfig({
    [REPOS_CONF]: repository("a", "masters = b") + repository("b", "masters = a") + repository("c", "masters = a"),
  });
  assertEquals(order(config.load()), [["a"], ["b", "c"]]);
});

Deno.test("the main repository comes first, and is the master of those that do not say", () => {
  using config = scratchConfig({
    [REPOS_CONF]: `[DEFAULT]\nmain-repo = m\n${repository("m")}${repository("a")}${repository("b", "masters =")}`,
  });
  const configuration = config.load();
  assertEquals(order(configuration), [["m", "b"], ["a"]]);
  assertEquals(configuration.repositories.map(({ priority }) => priority), [-1000, 0, 0]);
});

Deno.test("a main-repo that does not exist is ignored", () => {
  using config = scratchConfig({ [REPOS_CONF]: `[DEFAULT]\nmain-repo = gone\n${repository("a")}` });
  assertEquals(sectionOf(config.load(), "a").masters, []);
});

Deno.test("an unknown master is dropped with a warning; an invalid priority is warned of and counts as 0", () => {
  using config = scratchConfig({ [REPOS_CONF]: repository("a", "masters = gone\npriority = high") });
  const configuration = config.load();
  const { masters, priority } = sectionOf(configuration, "a");
  assertEquals([masters, priority, configuration.warnings.length], [[], 0, 2]);
  assertStringIncludes(configuration.warnings[1] ?? "", 'Its master "gone" is not configured');
});
