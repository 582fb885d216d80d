import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { faultsOf, REPOS_CONF, scratchConfig, sectionOf } from "../../support/scratch_config.ts";

const RSYNC = "sync-type = rsync\nsync-uri = rsync://h/m\n";
const RCU = `${RSYNC}sync-rcu = yes\nsync-rcu-store-dir = /store\n`;
/** Without the roots that the scratch directory sets. */
const BARE = { PORTAGE_CONFIGROOT: "", EPREFIX: "" };

Deno.test("--root looks for configuration and paths below a directory, values stay as inside of it", () => {
  using config = scratchConfig({
    [`sys/${REPOS_CONF}`]: `[a]\nlocation = %(ROOT)svar/repos/a/\nsync-openpgp-key-path = /key\n${RCU}`,
    "sys/etc/portage/make.conf": "source /etc/more\n",
    "sys/etc/more": "A=1\n",
    "sys/usr/share/portage/config/repos.conf": "[DEFAULT]\nsync-hooks-only-on-change = yes\n",
  });
  const root = `${config.path}/sys`;
  const configuration = config.load(BARE, { root: `${root}/` });
  const repository = sectionOf(configuration, "a");
  assertEquals([repository.root, repository.location], [root, `${root}/var/repos/a`]);
  assertEquals(repository.locationInside, "/var/repos/a");
  assert(repository.storage.kind === "hardlink_rcu");
  assertEquals([repository.storage.storeDir, repository.storage.storeDirInside], [`${root}/store`, "/store"]);
  assertEquals([repository.verification.keyPath, repository.hooksOnlyOnChange], [`${root}/key`, true]);
  assertEquals(configuration.variables.get("A"), "1");
  assertEquals(configuration.roots, { root, configRoot: root, targetRoot: "/", eprefix: "" });
  assertEquals(repository.faults, []);
});

Deno.test("--root resolves links as a process inside would", () => {
  using config = scratchConfig({
    "sys/etc/portage/conf.real": `[a]\nlocation = /a\n${RCU}`,
    "sys/store/snapshots/1/profiles/repo_name": "inner\n",
  });
  const root = `${config.path}/sys`;
  Deno.symlinkSync("/etc/portage/conf.real", `${root}/${REPOS_CONF}`);
  Deno.symlinkSync("snapshots/1", `${root}/store/latest`);
  Deno.symlinkSync("/store/latest", `${root}/a`);
  const configuration = config.load(BARE, { root });
  assertEquals(sectionOf(configuration, "a").name, "inner");
  assertEquals(faultsOf(configuration, "a"), []);
});

Deno.test("--root and --config-root together: the second counts from the first", () => {
  using config = scratchConfig({ [`sys/conf/${REPOS_CONF}`]: "[a]\nlocation = %(portage_configroot)sx\n" });
  const root = `${config.path}/sys`;
  const configuration = config.load(BARE, { root, configRoot: "/conf" });
  assertEquals(configuration.roots.configRoot, `${root}/conf`);
  assertEquals(sectionOf(configuration, "a").locationInside, "/conf/x");
});

Deno.test("--root: overlap of store and location is found behind links inside", () => {
  using config = scratchConfig({
    "sys/real/x": "",
    [`sys/${REPOS_CONF}`]: `[a]\nlocation = /link\n${RCU.replace("/store", "/real/store")}`,
  });
  const root = `${config.path}/sys`;
  Deno.symlinkSync("/real", `${root}/link`);
  assertStringIncludes(faultsOf(config.load(BARE, { root }), "a").join(), "lie within one another");
});

Deno.test("the global repos.conf is looked for below EPREFIX, or PORTAGE_OVERRIDE_EPREFIX", () => {
  using config = scratchConfig({ "p/usr/share/portage/config/repos.conf": "[a]\nlocation = /a\n" });
  for (const name of ["EPREFIX", "PORTAGE_OVERRIDE_EPREFIX"]) {
    const { repositories, roots } = config.load({ EPREFIX: "", [name]: `${config.path}/p/` });
    assertEquals([repositories.length, roots.eprefix], [1, `${config.path}/p`]);
  }
});
