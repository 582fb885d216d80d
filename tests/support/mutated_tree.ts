import { type PackageName, writeVersion } from "./generated_package.ts";
import { writeManifestsAbove } from "./generated_tree.ts";
import { writeManifest } from "./manifest_tree.ts";
import { type Random, randomOf } from "./random.ts";

/**
 * Does to a generated tree what half an hour does upstream: a `fraction` of the packages (at least one) get a new
 * version in place of an old one, and Manifests and metadata/timestamp.chk follow. Every replaced file is a new
 * inode, so a hardlinked copy keeps the old state. Returns the packages.
 */
export function mutateTree(dir: string, { fraction, seed }: { fraction: number; seed: number }): PackageName[] {
  const random = randomOf(seed);
  const time = nextTimeOf(dir);
  const chosen = choose(packagesOf(dir), { fraction, random });
  for (const id of chosen) bumpVersion(dir, id, { random, time });
  writeManifestsAbove(dir, [...new Set(chosen.map(({ category }) => category))], time);
  return chosen;
}

function nextTimeOf(dir: string): Date {
  const halfHourMs = 30 * 60_000;
  return new Date(Date.parse(Deno.readTextFileSync(`${dir}/metadata/timestamp.chk`)) + halfHourMs);
}

function packagesOf(dir: string): PackageName[] {
  return Deno.readTextFileSync(`${dir}/profiles/categories`).trim().split("\n").flatMap((category) =>
    [...Deno.readDirSync(`${dir}/${category}`)].filter((entry) => entry.isDirectory)
      .map(({ name }) => ({ category, name }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  );
}

function choose(
  packages: readonly PackageName[],
  { fraction, random }: { fraction: number; random: Random },
): PackageName[] {
  const rest = [...packages];
  const count = Math.max(1, Math.round(rest.length * fraction));
  return Array.from({ length: count }, () => rest.splice(random.below(rest.length), 1)).flat();
}

function bumpVersion(dir: string, id: PackageName, { random, time }: { random: Random; time: Date }): void {
  const folder = `${dir}/${id.category}/${id.name}`;
  const [oldest] = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".ebuild"))
    .sort();
  if (oldest !== undefined) {
    Deno.removeSync(`${folder}/${oldest}`);
    Deno.removeSync(`${dir}/metadata/md5-cache/${id.category}/${oldest.slice(0, -".ebuild".length)}`);
  }
  writeVersion(dir, id, { version: `9.${time.getTime() / 1000}`, random, time });
  writeManifest(folder, time);
}
