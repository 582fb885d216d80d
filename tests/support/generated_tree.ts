import { filler, writePackage } from "./generated_package.ts";
import { writeManifest } from "./manifest_tree.ts";
import { type Random, randomOf } from "./random.ts";
import { timestampText } from "./timestamp_text.ts";
import { writeDated } from "./write_dated.ts";

/**
 * Creates an ebuild repository of the shape of Gentoo's in the folder `dir`, which must not exist or be empty.
 *
 * The same options give the same files with the same modification times. 40,000 packages are about 180,000 files in
 * 52,000 folders. Manifests are complete and correct from the top down, and unsigned.
 */
export function generateTree(dir: string, { packages, seed }: { packages: number; seed: number }): void {
  const random = randomOf(seed);
  const time = new Date("2026-01-01T00:00:01Z");
  const categories = categoriesFor(packages);
  for (const folder of ["eclass", "licenses", "profiles", "metadata/glsa", "metadata/news"]) {
    Deno.mkdirSync(`${dir}/${folder}`, { recursive: true });
  }
  for (const category of categories) Deno.mkdirSync(`${dir}/metadata/md5-cache/${category}`, { recursive: true });
  for (let index = 0; index < packages; index++) {
    const category = categories[index % categories.length] ?? "";
    writePackage(dir, { category, name: `pkg${index}` }, { random, time });
  }
  for (const category of categories) writeDated(`${dir}/${category}/metadata.xml`, "<catmetadata/>\n", time);
  writeSurroundings(dir, { categories, random, time });
  writeManifestsAbove(dir, categories, time);
}

/** Writes metadata/timestamp.chk and the Manifests of `categories` and of everything above them. */
export function writeManifestsAbove(dir: string, categories: readonly string[], time: Date): void {
  writeDated(`${dir}/metadata/timestamp.chk`, timestampText(time), time);
  for (const category of categories) {
    writeManifest(`${dir}/${category}`, time);
    writeManifest(`${dir}/metadata/md5-cache/${category}`, time);
  }
  writeManifest(`${dir}/metadata/md5-cache`, time);
  writeManifest(`${dir}/metadata`, time, "IGNORE timestamp.chk\n");
  writeManifest(dir, time, `IGNORE distfiles\nIGNORE local\nTIMESTAMP ${time.toISOString().replace(".000", "")}\n`);
}

/** About 240 packages each, as in Gentoo's; at least two, at most 170. */
function categoriesFor(packages: number): string[] {
  const areas = ["app", "dev", "media", "net", "sci", "sys", "www", "x11", "games", "kde"];
  const kinds =
    "admin apps arch analyzer editors emulation fonts lang libs misc office perl python shells text themes util";
  const all = kinds.split(" ").flatMap((kind) => areas.map((area) => `${area}-${kind}`));
  return all.slice(0, Math.max(2, Math.ceil(packages / 240)));
}

function writeSurroundings(
  dir: string,
  { categories, random, time }: { categories: readonly string[]; random: Random; time: Date },
): void {
  const files: Record<string, string> = {
    "profiles/repo_name": "gentoo\n",
    "profiles/categories": [...categories].sort().map((category) => `${category}\n`).join(""),
    "profiles/arch.list": "amd64\narm64\n",
    "profiles/eapi": "8\n",
    "metadata/layout.conf":
      "masters =\ncache-formats = md5-dict\nmanifest-hashes = BLAKE2B SHA512\nthin-manifests = false\n",
    "metadata/news/2026-01-01-generated.en.txt": filler(random, 30),
    "metadata/glsa/glsa-202601-01.xml": "<glsa/>\n",
    "licenses/GPL-2": filler(random, 200),
    "eclass/toolchain-funcs.eclass": filler(random, 200),
  };
  for (const [path, text] of Object.entries(files)) writeDated(`${dir}/${path}`, text, time);
}
