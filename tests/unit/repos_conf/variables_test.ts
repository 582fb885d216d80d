import { assertEquals, assertStringIncludes } from "@std/assert";
import { MAKE_CONF, REPOS_CONF, scratchConfig, sectionOf } from "../../support/scratch_config.ts";

const MAKE_GLOBALS = "prefix/usr/share/portage/config/make.globals";

Deno.test("the environment wins over make.conf, make.conf over make.globals", () => {
  using config = scratchConfig({ [MAKE_GLOBALS]: "A=1 B=1 C=1\n", [MAKE_CONF]: "B=2 C=2\n" });
  const { variables } = config.load({ C: "3" });
  assertEquals(["A", "B", "C", "D"].map((name) => variables.get(name)), ["1", "2", "3", undefined]);
});

Deno.test("T42 an empty value in the environment wins", () => {
  using config = scratchConfig({ [MAKE_CONF]: 'PORTAGE_RSYNC_OPTS="-a"\n' });
  assertEquals(config.load({ PORTAGE_RSYNC_OPTS: "" }).variables.get("PORTAGE_RSYNC_OPTS"), "");
  assertEquals(config.load().variables.get("PORTAGE_RSYNC_OPTS"), "-a");
});

Deno.test("T45 the environment's extra options win over those of make.conf", () => {
  using config = scratchConfig({
    [MAKE_CONF]: 'PORTAGE_RSYNC_EXTRA_OPTS="--conf"\n',
    [REPOS_CONF]: "[a]\nlocation = /a\n",
  });
  assertEquals(sectionOf(config.load({ PORTAGE_RSYNC_EXTRA_OPTS: "--env" }), "a").rsync.extraOpts, ["--env"]);
  const { rsync, options } = sectionOf(config.load(), "a");
  assertEquals(rsync.extraOpts, ["--conf"]);
  const origin = { kind: "file", path: `${config.path}/${MAKE_CONF}`, line: 1 } as const;
  assertEquals(options.get("sync-rsync-extra-opts")?.origin, origin);
});

Deno.test("without make.globals its defaults hold", () => {
  using config = scratchConfig({});
  const { variables } = config.load();
  assertEquals([...variables.features], ["parallel-fetch", "usersync"]);
  assertEquals(variables.get("PORTAGE_RSYNC_RETRIES"), "-1");
  assertEquals(variables.get("PORTAGE_TMPDIR"), "/var/tmp");
  assertStringIncludes(variables.get("PORTAGE_RSYNC_OPTS") ?? "", "--exclude=/.git");
});

Deno.test("FEATURES adds up over the layers, and -feature takes one back", () => {
  using config = scratchConfig({ [MAKE_CONF]: 'FEATURES="-usersync news"\n' });
  const { variables } = config.load({ FEATURES: "sandbox -news" });
  assertEquals([...variables.features], ["parallel-fetch", "sandbox"]);
  assertEquals(variables.get("FEATURES"), "parallel-fetch sandbox");
  assertEquals([...config.load({ FEATURES: "-* a" }).variables.features], ["a"]);
});

Deno.test("T63 children get what make.conf sets and the calling environment, without internal variables", () => {
  using config = scratchConfig({
    [MAKE_CONF]: 'RSYNC_PROXY="p:1"\nGENTOO_MIRRORS="m"\nFETCHCOMMAND_SSH="f"\nCONFIG_PROTECT_MASK="/x"\nHOME=/conf\n',
  });
  const calling = { HOME: "/root", PATH: "/bin", USER: "root", PORTAGE_RSYNC_OPTS: "-a", EMERGE_DEFAULT_OPTS: "-q" };
  const { childEnvironment } = config.load(calling).variables;
  assertEquals(childEnvironment, {
    EPREFIX: `${config.path}/prefix`,
    FEATURES: "parallel-fetch usersync",
    HOME: "/root",
    PATH: "/bin",
    PORTAGE_CONFIGROOT: config.path,
    PORTAGE_TMPDIR: "/var/tmp",
    ROOT: "/",
    RSYNC_PROXY: "p:1",
  });
});

Deno.test("ROOT may come from make.conf; the environment's wins", () => {
  using config = scratchConfig({ [MAKE_CONF]: "ROOT=/c/\n", [REPOS_CONF]: "[a]\nlocation = %(ROOT)sa\n" });
  assertEquals(sectionOf(config.load(), "a").location, "/c/a");
  assertEquals(config.load().roots.targetRoot, "/c");
  assertEquals(sectionOf(config.load({ ROOT: "/e" }), "a").location, "/e/a");
});

Deno.test("the overlays of PORTDIR and PORTDIR_OVERLAY are not read, and a warning says so", () => {
  using config = scratchConfig({ [MAKE_CONF]: 'PORTDIR_OVERLAY="/o"\n' });
  const { warnings, repositories } = config.load({ PORTDIR: "/p" });
  assertEquals(repositories, []);
  assertEquals(warnings.map((line) => /: (PORTDIR\w*) is not read/.exec(line)?.[1]), ["PORTDIR", "PORTDIR_OVERLAY"]);
  assertStringIncludes(warnings[1] ?? "", `${MAKE_CONF}:1`);
});
