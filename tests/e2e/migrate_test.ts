import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Scenario, scenario } from "../support/scenario.ts";
import { copyOf, treeOf } from "../support/tree_of.ts";

const PLAIN = { "sync-rcu": "no" };

/** A repository that was synced in quarantine mode, with a directory of the host's own. */
async function plain(): Promise<Scenario> {
  const s = await scenario();
  s.configure(PLAIN);
  assertEquals((await s.sync()).code, 0);
  Deno.mkdirSync(`${s.location}/distfiles`);
  Deno.writeTextFileSync(`${s.location}/distfiles/f`, "kept");
  return s;
}

/** Every inode of a tree's files. */
async function inodesOf(dir: string): Promise<Set<number>> {
  return new Set([...(await treeOf(dir)).values()].filter(({ type }) => type === "file").map(({ ino }) => ino));
}

Deno.test("migrate --to rcu makes the directory a snapshot and its place a link, without the mirror", async () => {
  await using s = await plain();
  const before = await copyOf(s.location);
  const inodes = await inodesOf(s.location);
  s.configure({ ...PLAIN, "sync-uri": "rsync://127.0.0.1:1/nowhere" });
  const { code, out, err } = await s.run(["migrate", "demo", "--to", "rcu", "--store", s.store]);
  assertEquals(code, 0, err);
  assertStringIncludes(out, `    [demo]\n    sync-rcu = yes\n    sync-rcu-store-dir = ${s.store}\n`);
  assertEquals(Deno.readLinkSync(s.location), `${s.store}/latest`);
  before.delete(".");
  const after = await copyOf(`${s.location}/`);
  after.delete(".");
  assertEquals(after, before);
  assertEquals(await inodesOf(s.snapshot(1)), inodes);
});

Deno.test("after migrate --to rcu and a change of repos.conf, a sync goes on", async () => {
  await using s = await plain();
  await s.run(["migrate", "demo", "--to", "rcu", "--store", s.store]);
  s.configure(s.rcu());
  assertEquals((await s.run(["doctor"])).code, 0);
  s.change();
  assertEquals((await s.sync()).code, 0);
  assertEquals(Deno.realPathSync(s.location), s.snapshot(3));
});

Deno.test("migrate --dry-run changes nothing and prints the same lines", async () => {
  await using s = await plain();
  const before = await treeOf(s.path);
  const { out } = await s.run(["migrate", "demo", "--to", "rcu", "--store", s.store, "--dry-run"]);
  assertStringIncludes(out, `sync-rcu-store-dir = ${s.store}\n`);
  const after = await treeOf(s.path);
  for (const tree of [before, after]) {
    for (const path of [...tree.keys()]) if (/^(home|tmp)/.test(path)) tree.delete(path);
  }
  assertEquals(after, before);
});

Deno.test("migrate --to quarantine replaces the link by a copy that shares nothing with the snapshots", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  await s.sync();
  const snapshot = await copyOf(s.snapshot(1));
  const { code, out } = await s.run(["migrate", "demo", "--to", "quarantine"]);
  assertEquals(code, 0);
  assertStringIncludes(out, "    [demo]\n    sync-rcu = no\n");
  assertStringIncludes(out, `rm -r ${s.store}\n`);
  assert(Deno.lstatSync(s.location).isDirectory);
  assertEquals(await copyOf(s.location), snapshot);
  const shared = (await inodesOf(s.location)).intersection(await inodesOf(s.snapshot(1)));
  assertEquals(shared.size, 0);
  s.configure(PLAIN);
  s.change();
  assertEquals((await s.sync()).code, 0);
  assertEquals(await copyOf(s.snapshot(1)), snapshot);
});

Deno.test("migrate works when repos.conf was changed first", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  await s.sync();
  s.configure({ "sync-allow-hardlinks": "no" });
  const { code, out } = await s.run(["migrate", "demo", "--to", "inplace"]);
  assertEquals(code, 0);
  assertStringIncludes(out, "repos.conf is right as it is\n");
  assert(Deno.lstatSync(s.location).isDirectory);
});

Deno.test("migrate goes there and back and there again, with one store", async () => {
  await using s = await plain();
  const to = (target: string) => s.run(["migrate", "demo", "--to", target, "--store", s.store]);
  for (const target of ["rcu", "quarantine", "rcu"]) {
    const { code, err } = await to(target);
    assertEquals(code, 0, err);
    assertEquals(Deno.readTextFileSync(`${s.location}/distfiles/f`), "kept");
  }
  s.configure(s.rcu());
  assertEquals((await s.run(["doctor"])).code, 0);
  assertEquals(Deno.realPathSync(s.location), s.snapshot(4));
});

Deno.test("migrate to what is there already does nothing", async () => {
  await using s = await plain();
  const { code, out } = await s.run(["migrate", "demo", "--to", "quarantine"]);
  assertEquals(code, 0);
  assertStringIncludes(out, "is what that storage needs already\nrepos.conf is right as it is\n");
});

Deno.test("migrate resumes: what a cut-off copy left is replaced", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  await s.sync();
  Deno.mkdirSync(`${s.path}/.loc.rcusync-copy/profiles`, { recursive: true });
  assertEquals((await s.run(["migrate", "demo", "--to", "quarantine"])).code, 0);
  assertEquals(await copyOf(s.location), await copyOf(s.snapshot(1)));
  assertEquals([...Deno.readDirSync(s.path)].some(({ name }) => name.includes("rcusync-copy")), false);
});

Deno.test("migrate of a repository that is not there, or without a target, is refused", async () => {
  await using s = await scenario();
  s.configure(PLAIN);
  assertEquals((await s.run(["migrate", "demo", "--to", "rcu"])).code, 14);
  assertEquals((await s.run(["migrate", "demo"])).code, 2);
});
