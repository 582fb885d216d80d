import type { Mount } from "./mount.ts";
import type { PlacedMount } from "./mount_namespaces.ts";
import { isWithin, rebase } from "./path_within.ts";

/** A directory, and all the places where it may lie: file system and path within that file system. */
export interface LocatedDir {
  /** As the caller wrote it. */
  readonly dir: string;
  /** Without links. */
  readonly realPath: string;
  readonly places: readonly { readonly device: string; readonly path: string }[];
}

/** One mount by which a directory, or a part of it, can be seen. */
export interface Sighting {
  readonly dir: string;
  readonly mountId: number;
  readonly namespace: string;
}

/** Sightings by path, in the terms of {@linkcode ProcessLink.path}. */
export type Sightings = ReadonlyMap<string, readonly Sighting[]>;

/**
 * Finds out where on which file system a directory lies, from our own mounts.
 *
 * Every mount above it counts, also one that another covers: what is looked for in vain there costs little.
 */
export function locate(dir: string, realPath: string, ownMounts: readonly Mount[]): LocatedDir {
  const places = ownMounts
    .filter(({ point }) => isWithin(realPath, point))
    .map(({ device, point, root }) => ({ device, path: rebase(realPath, point, root) }));
  return { dir, realPath, places };
}

/** Finds out by which paths the directories can be seen in all namespaces. */
export function sightingsOf(dirs: readonly LocatedDir[], mounts: readonly PlacedMount[]): Sightings {
  const found = new Map<string, Sighting[]>();
  for (const { dir, places } of dirs) {
    for (const mount of mounts) {
      for (const path of pathsIn(mount, places)) {
        const sighting = { dir, mountId: mount.id, namespace: mount.namespace };
        const others = found.get(path);
        if (others === undefined) found.set(path, [sighting]);
        else others.push(sighting);
      }
    }
  }
  return found;
}

/** Where a mount shows the places of its file system: below its point, or at it when only a part of them is mounted. */
function pathsIn({ device, root, point }: PlacedMount, places: LocatedDir["places"]): string[] {
  return places.filter((place) => place.device === device).flatMap(({ path }) => {
    if (isWithin(path, root)) return [rebase(path, root, point)];
    return isWithin(root, path) ? [point] : [];
  });
}
