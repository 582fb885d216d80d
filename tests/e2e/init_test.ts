import { assertEquals, assertStringIncludes } from "@std/assert";
import { namesIn } from "../support/entries.ts";
import { type Lab, lab } from "../support/lab.ts";
import { newTree, oldTree } from "../support/two_trees.ts";

const PROPOSED = (parent: string) =>
  `[demo]
sync-rcu = yes
# On one file system with the location: snapshots share their files by hard links.
sync-rcu-store-dir = ${parent}/.demo.rcu
# A previous snapshot stays for so many days, and for as long as somebody reads it.
sync-rcu-ttl-days = 7
# So many stay whatever their age, to go back to.
sync-rcu-spare-snapshots = 1
# Location and store move together when their directory is mounted elsewhere.
sync-rcu-link-style = relative
`;

/** A lab whose repos.conf is a directory, as Gentoo has it. */
function labWithDirectory(options: Readonly<Record<string, string>> = {}): Lab & { readonly conf: string } {
  const here = lab();
  oldTree(here.up);
  here.configure(options);
  const conf = `${here.dir}/repos.conf`;
  Deno.renameSync(conf, `${conf}.file`);
  Deno.mkdirSync(conf);
  Deno.renameSync(`${conf}.file`, `${conf}/demo.conf`);
  return { ...here, conf, [Symbol.dispose]: () => here[Symbol.dispose]() };
}

Deno.test("init shows the lines for snapshots and changes nothing", async () => {
  using here = labWithDirectory();
  const { code, out, err } = await here.run("init");
  assertEquals([code, out], [0, PROPOSED(here.location.replace(/\/demo$/, ""))]);
  assertStringIncludes(err, `For ${here.conf}/zz-rcusync.conf; rcusync init --write writes it`);
  assertEquals(namesIn(here.conf), ["demo.conf"]);
  await here.run("init --write --dry-run");
  assertEquals(namesIn(here.conf), ["demo.conf"]);
});

Deno.test("init --write writes them to a new file, with which a sync makes the first snapshot", async () => {
  using here = labWithDirectory();
  await here.run("sync");
  const { code, err } = await here.run("init --write");
  assertEquals(code, 0, err);
  assertEquals(namesIn(here.conf), ["demo.conf", "zz-rcusync.conf"]);
  newTree(here.up);
  assertEquals((await here.run("sync")).code, 0);
  assertStringIncludes(Deno.readLinkSync(here.location), ".demo.rcu/latest");
  assertStringIncludes((await here.run("init")).err, "demo has its snapshots in ");
});

Deno.test("migrate back names the file that init wrote, which wins over the one with the location", async () => {
  using here = labWithDirectory();
  await here.run("init --write");
  await here.run("sync");
  const { out } = await here.run("migrate demo --to quarantine --dry-run");
  const lines = `Change before the next sync, in ${here.conf}/zz-rcusync.conf:\n    [demo]\n    sync-rcu = no\n`;
  assertStringIncludes(out, lines);
});

Deno.test("init says where to begin when nothing is configured", async () => {
  using here = labWithDirectory();
  Deno.removeSync(`${here.conf}/demo.conf`);
  const { code, out, err } = await here.run("init");
  assertEquals([code, out], [0, ""]);
  assertStringIncludes(err, "rcusync-repos.conf(5) has an example to begin with");
});

Deno.test("init --write never changes a file that is there", async () => {
  using here = labWithDirectory();
  Deno.writeTextFileSync(`${here.conf}/zz-rcusync.conf`, "# mine\n");
  const { code, err } = await here.run("init --write");
  assertEquals(code, 10);
  assertStringIncludes(err, "is there already");
  assertEquals(Deno.readTextFileSync(`${here.conf}/zz-rcusync.conf`), "# mine\n");
});

Deno.test("init --write refuses where a later file would win", async () => {
  using here = labWithDirectory();
  Deno.writeTextFileSync(`${here.conf}/zzz.conf`, "");
  const { code, err } = await here.run("init --write");
  assertEquals(code, 10);
  assertStringIncludes(err, "would be read later and win");
  assertEquals(namesIn(here.conf), ["demo.conf", "zzz.conf"]);
});

Deno.test("init --write explains what to do where repos.conf is a file", async () => {
  using here = lab();
  here.configure({});
  const before = Deno.readTextFileSync(`${here.dir}/repos.conf`);
  assertStringIncludes((await here.run("init")).err, "Put these lines into the sections of");
  const { code, err } = await here.run("init --write");
  assertEquals(code, 10);
  assertStringIncludes(err, "is a file, and rcusync changes no file of yours");
  assertStringIncludes(err, "hint: Put the lines");
  assertEquals(Deno.readTextFileSync(`${here.dir}/repos.conf`), before);
});

Deno.test("init leaves alone what is set already, and says why it proposes nothing", async () => {
  using here = labWithDirectory({ "sync-rcu-ttl-days": "30" });
  const { out } = await here.run("init demo");
  assertEquals([out.includes("ttl-days"), out.includes("sync-rcu = yes")], [false, true]);
  Deno.mkdirSync(`${here.dir}/elsewhere`);
  Deno.symlinkSync(`${here.dir}/elsewhere`, here.location);
  const linked = await here.run("init");
  assertEquals(linked.out, "");
  assertStringIncludes(linked.err, "has a symbolic link at");
});
