import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { KEYS } from "../../../lib/repos_conf/keys.ts";
import type { Repository } from "../../../lib/repos_conf/repository.ts";
import { faultsOf, REPOS_CONF, scratchConfig, sectionOf } from "../../support/scratch_config.ts";

const RSYNC = "sync-type = rsync\nsync-uri = rsync://h/m\n";
const RCU = `${RSYNC}sync-rcu = yes\nsync-rcu-store-dir = /s\n`;

/** The repository of a section with these lines, and the warnings about it. */
function read(lines: string): { repository: Repository; warnings: readonly string[]; faults: string[] } {
  using config = scratchConfig({ [REPOS_CONF]: `[a]\nlocation = /a\n${lines}\n` });
  const configuration = config.load();
  return {
    repository: sectionOf(configuration, "a"),
    warnings: configuration.warnings,
    faults: faultsOf(configuration, "a"),
  };
}

const RCU_WORDS: readonly [value: string, on: boolean, warnings: number][] = [
  ["yes", true, 0],
  ["TRUE", true, 0],
  ["1", false, 1],
  ["on", false, 1],
  ["", false, 0],
  ["yes ; c", false, 1],
];

for (const [value, on, count] of RCU_WORDS) {
  Deno.test(`T20 sync-rcu = ${value} is ${on}, with ${count} warnings`, () => {
    const { repository, warnings } = read(`${RSYNC}sync-rcu-store-dir = /s\nsync-rcu = ${value}`);
    assertEquals(repository.storage.kind, on ? "hardlink_rcu" : "hardlink_quarantine");
    assertEquals(warnings.length, count);
    if (count > 0) assertStringIncludes(warnings[0] ?? "", `sync-rcu = "${value}" of repository "a" is neither`);
  });
}

Deno.test("T21 an empty sync-allow-hardlinks is no: in place", () => {
  assertEquals(read("sync-allow-hardlinks =").repository.storage.kind, "inplace");
  assertEquals(read("").repository.storage.kind, "hardlink_quarantine");
});

const COUNTS: readonly [value: string, ttl: number, spare: number, warned: boolean][] = [
  ["7", 7, 7, false],
  ["0", 0, 0, false],
  ["-1", 7, 1, true],
  ["7.5", 7, 1, true],
  ["0x10", 7, 1, true],
  ["1_0", 10, 10, false],
  ["+5", 5, 5, false],
  ["", 7, 1, false],
];

for (const [value, ttl, spare, warned] of COUNTS) {
  Deno.test(`T22 ttl and spare ${JSON.stringify(value)} act as ${ttl} and ${spare}`, () => {
    const { repository, warnings } = read(
      `${RCU}sync-rcu-ttl-days = ${value}\nsync-rcu-spare-snapshots = ${value}`,
    );
    assert(repository.storage.kind === "hardlink_rcu");
    assertEquals([repository.storage.ttlDays, repository.storage.spareSnapshots], [ttl, spare]);
    assertEquals(warnings.length, warned ? 2 : 0);
  });
}

Deno.test("T118 a huge ttl is cut to one that dates can hold", () => {
  const { repository, warnings } = read(`${RCU}sync-rcu-ttl-days = 1000000000`);
  assert(repository.storage.kind === "hardlink_rcu");
  assert(!Number.isNaN(new Date(Date.now() - repository.storage.ttlDays * 86_400_000).getTime()));
  assertEquals(warnings, []);
});

const AUTO: readonly [value: string, auto: boolean, warnings: number][] = [
  ["True", true, 0],
  ["no", false, 0],
  ["1", false, 1],
  ["", false, 1],
];

for (const [value, auto, count] of AUTO) {
  Deno.test(`T23 auto-sync = ${value} is ${auto}, with ${count} warnings`, () => {
    const { repository, warnings } = read(`auto-sync = ${value}`);
    assertEquals([repository.autoSync, warnings.length], [auto, count]);
  });
}

const VOLATILE: readonly [line: string, value: boolean | undefined][] = [
  ["volatile = YES", false],
  ["volatile = true", true],
  ["", undefined],
];

for (const [line, value] of VOLATILE) {
  Deno.test(`T34 "${line}" is ${value}`, () => assertEquals(read(line).repository.volatile, value));
}

Deno.test("the defaults are those of the table of keys", () => {
  const { repository, warnings } = read(RCU);
  assertEquals(repository.storage, {
    kind: "hardlink_rcu",
    storeDir: "/s",
    storeDirInside: "/s",
    spareSnapshots: 1,
    ttlDays: 7,
    linkStyle: "absolute",
    recycle: true,
    gcInUse: "keep",
  });
  assertEquals(repository.verification, {
    enabled: false,
    jobs: undefined,
    maxAgeDays: 0,
    maxAgeAction: "warn",
    keyPath: undefined,
    keyserver: undefined,
    keyRefresh: "true",
    keyRefreshRetry: {
      count: undefined,
      overallTimeoutSeconds: undefined,
      delayExpBase: undefined,
      delayMaxSeconds: undefined,
      delayMult: undefined,
    },
  });
  assertEquals([repository.autoSync, repository.hooksOnlyOnChange, repository.rsync.vcsIgnore], [true, false, false]);
  assertEquals([repository.faults, warnings], [[], []]);
});

Deno.test("our own keys are read", () => {
  const own = "sync-rcu-link-style = relative\nsync-rcu-recycle = no\nsync-rcu-gc-in-use = ignore\n";
  const { storage } = read(RCU + own).repository;
  assert(storage.kind === "hardlink_rcu");
  assertEquals([storage.linkStyle, storage.recycle, storage.gcInUse], ["relative", false, "ignore"]);
});

Deno.test("sync-rcu-strategy is read, whatever keeps the tree", () => {
  assertEquals(read(RCU).repository.strategy, "auto");
  assertEquals(read("sync-rcu-strategy = plan").repository.strategy, "plan");
});

for (const key of ["sync-rcu-link-style", "sync-rcu-recycle", "sync-rcu-gc-in-use", "sync-rcu-strategy"]) {
  Deno.test(`an unknown word for ${key} is a fault of that repository`, () => {
    const { faults } = read(`${RCU}${key} = maybe`);
    assertEquals(faults.length, 1);
    assertStringIncludes(faults[0] ?? "", `${REPOS_CONF}:7: ${key} = "maybe" of repository "a" is neither`);
  });
}

Deno.test("T130 negative jobs and max-age are warned of and ignored; jobs 0 means all processors", () => {
  const { repository, warnings } = read("sync-rsync-verify-jobs = -2\nsync-rsync-verify-max-age = -1");
  assertEquals([repository.verification.jobs, repository.verification.maxAgeDays, warnings.length], [undefined, 0, 2]);
  assertEquals(read("sync-rsync-verify-jobs = 0").repository.verification.jobs, undefined);
});

Deno.test("the verification keys are read", () => {
  const { repository, warnings } = read([
    "sync-rsync-verify-metamanifest = yes",
    "sync-openpgp-key-path = /usr/share//key.asc",
    "sync-openpgp-keyserver = HKPS://Keys.example",
    "sync-openpgp-key-refresh = WKD",
    "sync-openpgp-key-refresh-retry-count = 40",
    "sync-openpgp-key-refresh-retry-overall-timeout = 1200",
    "sync-openpgp-key-refresh-retry-delay-exp-base = 2.5",
    "sync-openpgp-key-refresh-retry-delay-mult = x",
  ].join("\n"));
  const { keyPath, keyserver, keyRefresh, keyRefreshRetry } = repository.verification;
  assertEquals([keyPath, keyserver, keyRefresh], ["/usr/share/key.asc", "hkps://keys.example", "wkd"]);
  assertEquals([keyRefreshRetry.count, keyRefreshRetry.overallTimeoutSeconds], [40, 1200]);
  assertEquals([keyRefreshRetry.delayExpBase, keyRefreshRetry.delayMult, warnings.length], [2.5, undefined, 1]);
});

Deno.test("T126 an empty key path is a fault when verification is on", () => {
  assertEquals(read(`${RSYNC}sync-openpgp-key-path =`).faults, []);
  const { faults } = read(`${RSYNC}sync-openpgp-key-path =\nsync-rsync-verify-metamanifest = yes`);
  assertStringIncludes(faults.join(), "is empty");
});

Deno.test("a key refresh of best-effort is read", () => {
  const { repository, warnings } = read("sync-openpgp-key-refresh = best-effort");
  assertEquals([repository.verification.keyRefresh, warnings], ["best-effort", []]);
});

Deno.test("an unknown key refresh is warned of and taken as yes", () => {
  const { repository, warnings } = read("sync-openpgp-key-refresh = daily");
  assertEquals([repository.verification.keyRefresh, warnings.length], ["true", 1]);
});

Deno.test("T43 extra options of several lines are split like a shell's", () => {
  const { repository } = read("sync-rsync-extra-opts = --a\n  --b\n  # comment\n  'x y'\n  --c=\"d e\"");
  assertEquals(repository.rsync.extraOpts, ["--a", "--b", "x y", "--c=d e"]);
});

Deno.test("T155 umasks are octal; zero is one", () => {
  const umasks = ["022", "22", "0o27", "1777", "0", ""].map((text) => read(`sync-umask = ${text}`).repository.umask);
  assertEquals(umasks, [0o22, 0o22, 0o27, 0o777, 0, undefined]);
});

Deno.test("an unknown key is warned of once, with the nearest known one", () => {
  using config = scratchConfig({
    [REPOS_CONF]: "[a]\nlocation = /a\nsync-rcu-tll-days = 3\n[b]\nlocation = /b\nsync-rcu-tll-days = 3\n",
  });
  const { warnings } = config.load();
  assertEquals(warnings.length, 1);
  assertStringIncludes(warnings[0] ?? "", `${REPOS_CONF}:3: Unknown key "sync-rcu-tll-days"`);
  assertStringIncludes(warnings[0] ?? "", `the nearest known one is "sync-rcu-ttl-days"`);
});

Deno.test("keys of Portage that rcusync does not use, and names that others refer to, are no unknown keys", () => {
  assertEquals(read("sync-git-clone-env = X=1\nfoo = 1\nsync-openpgp-keyserver = %(foo)s").warnings, []);
});

Deno.test("the table has a meaning for each key", () => {
  for (const [name, key] of KEYS) assert(key.name === name && key.meaning !== "" && !key.meaning.endsWith("."), name);
});

Deno.test("options are shown with their origin, presets left out", () => {
  using config = scratchConfig({ [REPOS_CONF]: "[DEFAULT]\nsync-type = rsync\n[a]\nlocation = /a\n" });
  const path = `${config.path}/${REPOS_CONF}`;
  assertEquals([...sectionOf(config.load(), "a").options], [
    ["sync-type", { value: "rsync", origin: { kind: "file", path, line: 2 } }],
    ["location", { value: "/a", origin: { kind: "file", path, line: 4 } }],
  ]);
});
