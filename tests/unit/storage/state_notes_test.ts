import { assertEquals } from "@std/assert";
import { systemFiles } from "../../../lib/host/files.ts";
import { STAMP_WORDS } from "../../../lib/host/stamps.ts";
import { ROW } from "../../../lib/manifest/row_flags.ts";
import { FINGERPRINT_WORDS } from "../../../lib/manifest/fingerprint.ts";
import { followLinks } from "../../../lib/storage/followed_links.ts";
import { noteVerified, readVerifiedHead, readVerifiedState } from "../../../lib/storage/verified_state.ts";
import { type KnownTree, knownTree } from "../../support/known_tree.ts";
import { overwriteAtSameTime } from "../../support/same_time.ts";
import { tempDir } from "../../support/temp_dir.ts";

const FOO = "eclass/foo.eclass";

const files = systemFiles();

async function verifiedTree(): Promise<KnownTree> {
  const tree = await knownTree();
  assertEquals((await tree.check()).ok, true);
  return tree;
}

function noteNames({ layout }: KnownTree): string[] {
  return [...Deno.readDirSync(layout.verified)].map(({ name }) => name).filter((name) => name.startsWith("note-"));
}

/** Gives a file another link, as a clone does. */
function link({ dir, layout }: KnownTree, to: string): void {
  const links = followLinks(files, layout);
  links?.across("eclass", ["foo.eclass"], () => Deno.linkSync(`${dir}/${FOO}`, to));
  links?.save();
}

Deno.test("A link that is noted costs the next check nothing, one that is not costs the reading of the file", async () => {
  using tree = await verifiedTree();
  using temp = tempDir();
  link(tree, `${temp.path}/noted`);
  assertEquals(noteNames(tree).length, 1);
  assertEquals((await tree.check()).hashed, 1);
  Deno.linkSync(`${tree.dir}/${FOO}`, `${temp.path}/behind-its-back`);
  assertEquals((await tree.check()).hashed, 2);
});

Deno.test("A check notes what it read, until the notes are so many that it writes the state anew", async () => {
  using tree = await verifiedTree();
  using temp = tempDir();
  const state = readVerifiedHead(files, tree.layout)?.shards;
  Deno.chmodSync(`${tree.dir}/${FOO}`, 0o600);
  assertEquals((await tree.check()).hashed, 2);
  assertEquals([noteNames(tree).length, readVerifiedHead(files, tree.layout)?.shards], [1, state]);
  assertEquals((await tree.check()).hashed, 1);
  assertEquals(noteNames(tree).length, 1);
  for (let count = 0; count < 200; count++) link(tree, `${temp.path}/${count}`);
  assertEquals((await tree.check()).hashed, 1);
  assertEquals(noteNames(tree), []);
  assertEquals((await tree.check()).hashed, 1);
});

Deno.test("A note of a file that was written to before says nothing of its contents", async () => {
  using tree = await verifiedTree();
  using temp = tempDir();
  overwriteAtSameTime(`${tree.dir}/${FOO}`, "# ECLASS\n");
  link(tree, `${temp.path}/noted`);
  const { ok, problems } = await tree.check();
  assertEquals([ok, problems.length], [false, 1]);
});

for (
  const [what, damage] of Object.entries({
    "torn": (path: string) => Deno.truncateSync(path, 30),
    "empty": (path: string) => Deno.truncateSync(path, 0),
    "gone": (path: string) => Deno.removeSync(path),
    "of another content": (path: string) => Deno.writeFileSync(path, Deno.readFileSync(path).with(20, 0xff)),
  })
) {
  Deno.test(`A note that is ${what} is none`, async () => {
    using tree = await verifiedTree();
    using temp = tempDir();
    link(tree, `${temp.path}/noted`);
    damage(`${tree.layout.verified}/${noteNames(tree)[0]}`);
    assertEquals((await tree.check()).hashed, 2);
    assertEquals((await tree.check()).hashed, 1);
  });
}

/** What is known of a file, as whoever verified it would note it. */
function factOf({ layout, dir }: KnownTree, path: string): { path: string; stamp: Uint32Array; print: Uint32Array } {
  const table = readVerifiedState(files, layout)?.table;
  const row = table?.names.findPath(path) ?? 0;
  const print = new Uint32Array(FINGERPRINT_WORDS);
  table?.facts.copyPrint(row, print, 0);
  const stamp = files.stamps?.of(dir, [path]).slice(0, STAMP_WORDS) ?? new Uint32Array(STAMP_WORDS);
  return { path, stamp, print };
}

function note({ layout }: KnownTree, changed: ReturnType<typeof factOf>[]): boolean {
  const head = readVerifiedHead(files, layout);
  if (head === undefined) return false;
  const { snapshot, settledNs } = head;
  return noteVerified(files, layout, { snapshot, textDigest: "ab", settledNs: BigInt(settledNs), changed });
}

Deno.test("What somebody else has verified is noted without reading the state, and recognized", async () => {
  using tree = await verifiedTree();
  Deno.chmodSync(`${tree.dir}/${FOO}`, 0o600);
  assertEquals(note(tree, [factOf(tree, FOO)]), true);
  assertEquals(readVerifiedHead(files, tree.layout)?.textDigest, "ab");
  assertEquals((await tree.check()).hashed, 1);
});

Deno.test("A note of another entry has the Manifest read that names the file", async () => {
  using tree = await verifiedTree();
  const fact = factOf(tree, FOO);
  note(tree, [{ ...fact, print: fact.print.map((word) => word + 1) }]);
  assertEquals(await tree.check(), { ok: true, hashed: 2, problems: [] });
  assertEquals((await tree.check()).hashed, 1);
});

Deno.test("A note of a Manifest with other contents has it read", async () => {
  using tree = await verifiedTree();
  const fact = factOf(tree, "eclass/Manifest.gz");
  note(tree, [{ ...fact, print: fact.print.map((word) => word + 1) }]);
  assertEquals(await tree.check(), { ok: true, hashed: 2, problems: [] });
});

Deno.test("Without a state nothing is noted", async () => {
  using tree = await knownTree();
  assertEquals(note(tree, []), false);
  assertEquals(
    noteVerified(files, tree.layout, {
      snapshot: { id: 1, publishedMs: 0, ino: 0 },
      textDigest: "",
      settledNs: 0n,
      changed: [],
    }),
    false,
  );
});

Deno.test("The state of a tree that does not change becomes the same each time", async () => {
  using tree = await verifiedTree();
  // Rows take the order in which they are read, from the top down: five levels of Manifests, five checks.
  for (let level = 0; level < 5; level++) await tree.check();
  const before = readVerifiedHead(files, tree.layout)?.shards;
  await tree.check();
  assertEquals(readVerifiedHead(files, tree.layout)?.shards, before);
  const table = readVerifiedState(files, tree.layout)?.table;
  assertEquals(table?.is(table.names.findPath("app-foo/bar/Manifest"), ROW.manifest), true);
});
