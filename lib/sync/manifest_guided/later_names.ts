import { dirname } from "@std/path";
import type { FileEntry } from "../../manifest/entry.ts";
import type { ManifestWalk } from "../../manifest/manifest_walk.ts";

/** No ebuild is larger; one that is comes when its Manifest asks for it. */
export const MOST_GUESSED_BYTES = 64 * 1024;

/** Ebuilds asked for before it is known whether they changed, at most. */
const MOST_EBUILDS = 2000;

/** Where the cached metadata of `CATEGORY/PF` is. */
const CACHED = /^metadata\/md5-cache\/([^/]+)\/([^/]+)$/;

/** Where the version may begin in the name of a package with its version. */
const VERSION = /-(?=\d)/g;

/**
 * Ebuilds that have most likely changed: those whose cached metadata did, where the Manifest of the package, which is
 * yet to come, did too. To have them in the same round saves another.
 */
export function likelyEbuilds(manifests: readonly FileEntry[], walk: Pick<ManifestWalk, "changed">): string[] {
  const packages = new Set(manifests.map(({ path }) => dirname(path)));
  const found = walk.changed().flatMap(({ path }) => {
    const [, category, pf = ""] = CACHED.exec(path) ?? [];
    if (category === undefined) return [];
    const names = [...pf.matchAll(VERSION)].map(({ index }) => pf.slice(0, index));
    const name = names.find((name) => packages.has(`${category}/${name}`));
    return name === undefined ? [] : `${category}/${name}/${pf}.ebuild`;
  });
  return found.slice(0, MOST_EBUILDS);
}
