import { assert, assertEquals, assertMatch } from "@std/assert";
import { type KnownTree, knownTree } from "../../support/known_tree.ts";
import { longTest } from "../../support/long_test.ts";
import { manifestEntry } from "../../support/manifest_entry.ts";
import { type ManifestEdit, writeOfficialManifests } from "../../support/official_manifests.ts";
import { type Random, randomOf } from "../../support/random.ts";
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

/** Puts another file in the place of one: the same size and modification time, another inode. */
function replace(path: string, content: Uint8Array): void {
  const { mtime, atime } = Deno.statSync(path);
  Deno.writeFileSync(`${path}.new`, content);
  Deno.utimeSync(`${path}.new`, atime ?? 0, mtime ?? 0);
  Deno.renameSync(`${path}.new`, path);
}

Deno.test("T152 a package put back to its previous version, Manifest and all, is found by the Manifest above it", async () => {
  using tree = await verifiedTree();
  const bar = `${tree.dir}/app-foo/bar`;
  const paths = [`${bar}/Manifest`, `${bar}/bar-1.0.ebuild`];
  const before = paths.map((path) => Deno.readFileSync(path));
  Deno.writeTextFileSync(`${bar}/bar-1.0.ebuild`, 'EAPI=8\nDESCRIPTION="ONE"\n');
  await writeManifests(tree);
  assertEquals((await tree.check()).ok, true);
  paths.forEach((path, index) => replace(path, before[index] ?? new Uint8Array()));
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

/** Damages one file in some way that leaves its size and modification time; returns what undoes it. */
function mutate(dir: string, path: string, random: Random): Disposable {
  const file = `${dir}/${path}`;
  const before = Deno.readFileSync(file);
  const at = random.below(before.length);
  const after = before.length === 0 ? new Uint8Array([1]) : before.with(at, (before[at] ?? 0) ^ (1 << random.below(8)));
  if (random.below(2) === 0) replace(file, after);
  else overwrite(file, after);
  return { [Symbol.dispose]: () => replace(file, before) };
}

function overwrite(path: string, content: Uint8Array): void {
  const { mtime, atime } = Deno.statSync(path);
  Deno.writeFileSync(path, content);
  Deno.utimeSync(path, atime ?? 0, mtime ?? 0);
}

function verifiedPaths(dir: string, below = ""): string[] {
  return [...Deno.readDirSync(`${dir}/${below}`)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return verifiedPaths(dir, `${below}${name}/`);
    return name.startsWith("timestamp") ? [] : [below + name];
  });
}

/** The text that a cleartext message signs. */
function signedText(message: string): string | undefined {
  return /\n\n([^]*?)\n-----BEGIN/.exec(message)?.[1];
}

for (const [count, register] of [[60, Deno.test], [2000, longTest]] as const) {
  register(`A flipped bit in what was verified before is noticed wherever it is, ${count} times`, async () => {
    using tree = await verifiedTree();
    const paths = verifiedPaths(tree.dir);
    const random = randomOf(count);
    const signed = signedText(Deno.readTextFileSync(`${tree.dir}/Manifest`));
    for (let round = 0; round < count; round++) {
      const path = paths[random.below(paths.length)] ?? "";
      {
        using _mutation = mutate(tree.dir, path, random);
        if ((await tree.check()).ok) {
          // Of the signature block itself not every bit matters.
          assertEquals(path, "Manifest");
          assertEquals(signedText(Deno.readTextFileSync(`${tree.dir}/Manifest`)), signed);
        }
      }
      const { ok, hashed } = await tree.check();
      assert(ok && hashed <= 2, `${path}: ${hashed} files read`);
    }
  });
}
