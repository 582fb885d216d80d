import { assertEquals, assertMatch, assertNotMatch, assertStringIncludes } from "@std/assert";
import { namesIn } from "../support/entries.ts";
import { type HostileScenario, hostileScenario, RAW } from "../support/hostile_mirror.ts";
import type { Scenario } from "../support/scenario.ts";
import { testUnless, withoutRoot } from "../support/skip.ts";
import { treeOf } from "../support/tree_of.ts";
import { FIRST_STAMP, stamp, writeUpstream } from "../support/upstream_tree.ts";

/** Without --safe-links, whose work it is to leave out links that lead out of the tree. */
const UNSAFE = { PORTAGE_RSYNC_OPTS: "--recursive --links --perms --times --delete --timeout=20" };

Deno.test("links out of the tree are left out, and nothing is ever done through one", async () => {
  await using s = await hostileScenario();
  const link = (target: string) => (up: string) => {
    Deno.removeSync(`${up}/link`, { recursive: true });
    Deno.symlinkSync(target, `${up}/link`);
  };
  const directory = (up: string) => {
    Deno.removeSync(`${up}/link`, { recursive: true });
    writeUpstream(up, "link/passwd", "evil");
    writeUpstream(up, "link/directory/file", "evil");
  };
  Deno.mkdirSync(`${s.up}/link`);
  for (const variables of [{}, UNSAFE]) {
    for (const change of [link(s.canary), directory, link("../canary"), directory, link("../../../../../etc")]) {
      s.change(change);
      await s.attack([0], { variables });
      const there = [...Deno.readDirSync(s.location)].find(({ name }) => name === "link");
      assertEquals(there?.isSymlink ?? false, change !== directory && variables === UNSAFE);
    }
  }
  await s.recover();
});

testUnless(withoutRoot(), "devices, fifos and set-user-ID bits do not arrive", async () => {
  await using s = await hostileScenario();
  s.change((up) => {
    shell(up, "mknod block b 1 0; mknod char c 1 3; mkfifo fifo; chmod 666 block char fifo");
    for (const mode of [0o4755, 0o2755, 0o6777, 0o7777]) {
      writeUpstream(up, `modes/${mode.toString(8)}`, "x");
      Deno.chmodSync(`${up}/modes/${mode.toString(8)}`, mode);
    }
  });
  await s.attack([0], { args: ["--verbose"] });
  const tree = await treeOf(s.location);
  assertEquals(["block", "char", "fifo"].filter((name) => tree.has(name)), []);
  assertEquals([...tree.values()].filter(({ type, mode }) => type === "file" && (mode & 0o6000) !== 0), []);
  await s.recover();
});

const LONG = "n".repeat(255);

/** Names in UTF-8 that arrive as they are. */
const NAMES = [
  "line\nfeed",
  "\u001b[31mred\u001b]0;title\u0007",
  "\u0080\u009b31m",
  "right\u202eleft",
  "tab\tand\rreturn",
  "-rf",
  "--delete",
  "--files-from=-",
  "...",
  "..\n",
  ".. ",
  "..%2f..%2fetc",
  "back\\slash",
  "\\#012",
  "update",
  "latest",
  "snapshots",
  ".rcusync",
  "*?[a-z]{}",
  "$(touch canary)",
  "a:b",
  "README",
  "readme",
  LONG,
];

for (const args of [[], ["--verbose"], ["--json"], ["--dry-run"], ["--dry-run", "--json"]]) {
  Deno.test(`strange names arrive unchanged and are printed escaped by sync ${args.join(" ")}`, async () => {
    await using s = await hostileScenario();
    s.change((up) => {
      Deno.mkdirSync(`${up}/names`);
      for (const name of NAMES) {
        Deno.writeTextFileSync(`${up}/names/${name}`, "x");
        Deno.writeTextFileSync(`${up}/${name}`, "x");
      }
    });
    await s.attack([0], { args });
    await s.attack([0]);
    const names = namesIn(`${s.location}/names`);
    assertEquals(names.toSorted(), NAMES.toSorted());
    for (const command of [["diff", "demo"], ["diff", "demo", "--json"], ["status"], ["verify", "demo"]]) {
      const { out, err } = await s.run(["--repos-conf", `${s.configRoot}/etc/portage/repos.conf`, ...command]);
      assertNotMatch((out + err).replaceAll("\t", ""), RAW);
    }
    await s.recover();
  });
}

Deno.test("a name that is not UTF-8 is left out, and said so", async () => {
  await using s = await hostileScenario();
  s.change((up) => shell(up, `touch "$(printf 'a\\377\\033[31mb')"; mkdir "$(printf '\\300\\257')"`));
  const { err } = await s.attack([0]);
  assertMatch(err, /Left out .*a name that no ebuild repository has/);
  await s.recover();
});

Deno.test("paths longer than the system takes fail the mirror or are left out", async () => {
  await using s = await hostileScenario();
  const name = "d".repeat(250);
  s.change((up) =>
    shell(up, `i=0; while [ $i -lt 20 ]; do mkdir ${name} && cd ${name}; i=$((i + 1)); done; touch end`)
  );
  await s.attack([0, 13]);
  await s.recover();
});

interface Case {
  readonly what: string;
  readonly change: (up: string) => void;
  readonly codes: readonly number[];
  readonly says?: RegExp;
}

const REMOVE_METADATA = (up: string) => Deno.removeSync(`${up}/metadata`, { recursive: true });

const TREES: readonly Case[] = [
  {
    what: "a file where metadata should be",
    change: (up) => {
      REMOVE_METADATA(up);
      writeUpstream(up, "metadata", "a file");
    },
    codes: [0],
  },
  {
    what: "a directory named timestamp.chk",
    change: (up) => {
      REMOVE_METADATA(up);
      writeUpstream(up, "metadata/timestamp.chk/file", "a file");
    },
    codes: [0],
  },
  {
    what: "a timestamp that is a link to a file that never ends",
    change: (up) => {
      REMOVE_METADATA(up);
      Deno.mkdirSync(`${up}/metadata`);
      Deno.symlinkSync("/dev/zero", `${up}/metadata/timestamp.chk`);
    },
    codes: [0, 13],
  },
  { what: "a timestamp of the year 9999", change: (up) => stamp(up, 253_370_764_800), codes: [0] },
  {
    what: "an older tree",
    change: (up) => stamp(up, FIRST_STAMP - 3600),
    codes: [13],
    says: /has an older tree than the one here/,
  },
  {
    what: "a file larger than the disk",
    change: (up) => {
      writeUpstream(up, "huge", "");
      Deno.truncateSync(`${up}/huge`, 8 * 2 ** 40);
    },
    codes: [14],
    says: /Not enough space/,
  },
  { what: "an empty module", change: emptied, codes: [13], says: /has nothing at all/ },
];

for (const { what, change, codes, says } of TREES) {
  Deno.test(`a mirror with ${what} harms nothing, and the next good one is taken`, async () => {
    await using s = await hostileScenario();
    s.change();
    change(s.up);
    const { err } = await s.attack(codes, { args: ["--verbose"] });
    if (says !== undefined) assertMatch(err, says);
    await s.recover();
  });
}

/** Ways to keep a tree, and to update it. */
const WAYS: Readonly<Record<string, (s: Scenario) => Readonly<Record<string, string | undefined>>>> = {
  "a quarantine": () => ({}),
  "an inplace tree": () => ({ "sync-allow-hardlinks": "no" }),
  "a whole pass": (s) => s.rcu({ "sync-rsync-extra-opts": "--backup --suffix=.old" }),
};

for (const [way, options] of Object.entries(WAYS)) {
  Deno.test(`an empty module does not empty ${way}`, async () => {
    await using s = await hostileScenario(options);
    emptied(s.up);
    assertStringIncludes((await s.attack([13])).err, "has nothing at all");
    await assertRecovers(s, way);
  });
}

/** Backups of what was changed stay in a tree, as was asked for. */
async function assertRecovers(s: HostileScenario, way: string): Promise<void> {
  if (way !== "a whole pass") await s.recover();
}

Deno.test("a first sync from an empty module publishes nothing", async () => {
  await using s = await hostileScenario();
  emptied(s.up);
  s.configure({ location: `${s.path}/store/other`, "sync-rcu": "yes", "sync-rcu-store-dir": `${s.path}/store/fresh` });
  const { err } = await s.attack([13]);
  assertStringIncludes(err, "has nothing at all");
  assertEquals([...Deno.readDirSync(s.store)].some(({ name }) => name === "other" || name === "fresh"), false);
});

function emptied(up: string): void {
  for (const { name } of Deno.readDirSync(up)) Deno.removeSync(`${up}/${name}`, { recursive: true });
}

function shell(currentDir: string, script: string): void {
  const { success, stderr } = new Deno.Command("sh", { args: ["-c", script], cwd: currentDir }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
