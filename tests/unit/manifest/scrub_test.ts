import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { systemFiles } from "../../../lib/host/files.ts";
import { hashPool } from "../../../lib/host/hash_pool.ts";
import { compareTexts, manifestDifference } from "../../../lib/manifest/manifest_difference.ts";
import { SCRUB_PARTS, scrubPart } from "../../../lib/manifest/scrub.ts";
import { tempDir } from "../../support/temp_dir.ts";

const files = systemFiles();

const PACKAGES = ["cat/a", "cat/b", "cat/c"];

/** Writes a file; returns the line of a Manifest for it, as seen from the directory `from`. */
function put(root: string, path: string, text: string, tag: string, from: string): string {
  Deno.writeTextFileSync(`${root}/${path}`, text);
  const digest = createHash("sha512").update(text).digest("hex");
  return `${tag} ${path.slice(from.length + 1)} ${text.length} SHA512 ${digest}\n`;
}

/** A category whose Manifest lists packages that did not change. */
function makeTree(root: string): string {
  return PACKAGES.map((dir) => {
    Deno.mkdirSync(`${root}/${dir}/files`, { recursive: true });
    const lines = [
      put(root, `${dir}/x.ebuild`, "x", "DATA", dir),
      put(root, `${dir}/files/fix.patch`, "fix", "DATA", dir),
    ];
    return put(root, `${dir}/Manifest`, lines.join(""), "MANIFEST", "cat");
  }).join("");
}

/** Reads every part of a tree, one after the other. */
async function scrubAll(workers: number, damage: (root: string) => void) {
  using temp = tempDir();
  const root = temp.path;
  const text = makeTree(root);
  const difference = manifestDifference("cat/Manifest", compareTexts(text, text));
  if ("code" in difference) throw new TypeError(difference.message);
  damage(root);
  using pool = hashPool(workers);
  pool.start();
  let hashed = 0;
  const wrong: string[] = [];
  for (let turn = 0; turn < SCRUB_PARTS; turn++) {
    const part = { kept: difference.kept, opened: ["cat/Manifest"], turn };
    const found = await scrubPart({ files, pool, root }, part);
    hashed += found.hashed;
    if (found.wrong !== undefined) wrong.push(found.wrong);
  }
  return { hashed, wrong };
}

for (const workers of [1, 2]) {
  const by = workers === 1 ? "this thread" : "others";
  Deno.test(`all parts together are all files that did not change, each read once, by ${by}`, async () => {
    assertEquals(await scrubAll(workers, () => {}), { hashed: 9, wrong: [] });
  });

  for (
    const [what, path, damage] of [
      ["a flipped bit", "cat/b/x.ebuild", (at: string) => Deno.writeTextFileSync(at, "y")],
      ["a stray file", "cat/b/files/stray", (at: string) => Deno.writeTextFileSync(at, "")],
      ["a file that is gone", "cat/b/files/fix.patch", (at: string) => Deno.removeSync(at)],
      ["a link in place of a directory", "cat/b", (at: string) => {
        Deno.renameSync(at, `${at}.moved`);
        Deno.symlinkSync("b.moved", at);
      }],
    ] as const
  ) {
    Deno.test(`${what} is found in one part, by ${by}`, async () => {
      assertEquals((await scrubAll(workers, (root) => damage(`${root}/${path}`))).wrong, [path]);
    });
  }

  Deno.test(`what begins with a dot is no stray file, by ${by}`, async () => {
    assertEquals((await scrubAll(workers, (root) => Deno.mkdirSync(`${root}/cat/b/.git`))).wrong, []);
  });
}
