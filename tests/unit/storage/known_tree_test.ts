import { assert, assertEquals, assertMatch } from "@std/assert";
import { assertFlipsNoticed } from "../../support/flipped_bits.ts";
import { type KnownTree, knownTree } from "../../support/known_tree.ts";
import { longTest } from "../../support/long_test.ts";
import { manifestEntry } from "../../support/manifest_entry.ts";
import { type ManifestEdit, writeOfficialManifests } from "../../support/official_manifests.ts";
import { overwriteAtSameTime, replaceAtSameTime } from "../../support/same_time.ts";
import { timestampOf } from "../../support/signed_tree.ts";

/** A tree of which everything is known. */
async function verifiedTree(): Promise<KnownTree> {
  const tree = await knownTree();
  assert((await tree.check()).hashed > 10);
  assertEquals(await tree.check(), { ok: true, hashed: 1, problems: [] });
  return tree;
}

/** Makes all Manifests anew. */
async function writeManifests(tree: KnownTree, edits: Readonly<Record<string, ManifestEdit>> = {}): Promise<void> {
  const sign = (text: string) => tree.key.clearsign(text);
  await writeOfficialManifests(tree.dir, { edits, sign, timestamp: timestampOf(new Date()) });
}

Deno.test("T152 a package put back to its previous version, Manifest and all, is found by the Manifest above it", async () => {
  using tree = await verifiedTree();
  const bar = `${tree.dir}/app-foo/bar`;
  const paths = [`${bar}/Manifest`, `${bar}/bar-1.0.ebuild`];
  const before = paths.map((path) => Deno.readFileSync(path));
  Deno.writeTextFileSync(`${bar}/bar-1.0.ebuild`, 'EAPI=8\nDESCRIPTION="ONE"\n');
  await writeManifests(tree);
  assertEquals((await tree.check()).ok, true);
  paths.forEach((path, index) => replaceAtSameTime(path, before[index] ?? new Uint8Array()));
  const { problems } = await tree.check();
  assertMatch(problems.join("\n"), /^"app-foo\/bar\/Manifest": This Manifest is not the listed one/);
});

Deno.test("T159 a file with a digest of an algorithm that it had none of is read again", async () => {
  using tree = await verifiedTree();
  await writeManifests(tree);
  const { hashed: rewritten } = await tree.check();
  const hashes = ["BLAKE2B", "SHA512", "SHA256"];
  const entry = manifestEntry("DATA", "header.txt", { content: "# hdr\n", hashes });
  await writeManifests(tree, {
    "Manifest.files.gz": { text: (lines) => lines.replace(/^DATA header\.txt.*$/m, entry) },
  });
  assertEquals(await tree.check(), { ok: true, hashed: rewritten + 1, problems: [] });
});

for (const [times, register] of [[60, Deno.test], [2000, longTest]] as const) {
  register(`A flipped bit in what was verified before is noticed wherever it is, ${times} times`, async () => {
    using tree = await verifiedTree();
    await assertFlipsNoticed(tree.dir, {
      times,
      damage: (path, content, random) => random.pick([replaceAtSameTime, overwriteAtSameTime])(path, content),
      repair: replaceAtSameTime,
      verifies: async () => (await tree.check()).ok,
      afterwards: async (path) => {
        const { ok, hashed } = await tree.check();
        assert(ok && hashed <= 2, `${path}: ${hashed} files read`);
      },
    });
  });
}
