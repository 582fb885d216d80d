import { isErrno } from "../base/errno.ts";
import type { Files } from "../host/files.ts";
import { overlayLayers } from "./mount.ts";
import type { PlacedMount } from "./mount_namespaces.ts";
import { isWithin, upwards } from "./path_within.ts";
import type { ProcessLink, ProcessView } from "./process_view.ts";
import type { LocatedDir, Sighting, Sightings } from "./sightings.ts";

/** The directories that a mount holds on to: it is of one, of something below one, or an overlay with a layer there. */
export function dirsHeldByMount(mount: PlacedMount, dirs: readonly LocatedDir[], sightings: Sightings): Set<string> {
  const held = new Set<string>();
  for (const { dir, places } of dirs) {
    if (places.some(({ device, path }) => mount.device === device && isWithin(mount.root, path))) held.add(dir);
  }
  for (const layer of overlayLayers(mount)) {
    for (const dir of dirsOfLayer(layer, dirs)) held.add(dir);
    for (const { dir, namespace } of sightingsAbove(layer, sightings)) {
      if (namespace === mount.namespace) held.add(dir);
    }
  }
  return held;
}

/**
 * The directories that a layer comes from if its name is meant in our own terms: nothing tells in which namespace
 * it was given. Of a relative name only the end can be compared.
 */
function dirsOfLayer(layer: string, dirs: readonly LocatedDir[]): string[] {
  return dirs
    .filter(({ realPath }) => layer.startsWith("/") ? isWithin(layer, realPath) : realPath.endsWith(`/${layer}`))
    .map(({ dir }) => dir);
}

/** What is known of the mounts that a link may lead through. */
export interface KnownMounts {
  readonly ids: ReadonlySet<number>;
  /** The namespaces whose topmost mount is known; not so where every process is in a chroot that is no mount point. */
  readonly wholeNamespaces: ReadonlySet<string>;
}

/** Sums up mounts for {@linkcode dirsHeldByLink}. */
export function knownMounts(mounts: readonly PlacedMount[]): KnownMounts {
  return {
    ids: new Set(mounts.map(({ id }) => id)),
    wholeNamespaces: new Set(mounts.filter(({ point }) => point === "/").map(({ namespace }) => namespace)),
  };
}

/**
 * The directories that a link of a process leads into.
 *
 * Of a file descriptor the kernel names the mount, which settles it even when the descriptor comes from another
 * namespace. Of the other links it does not: these are taken to be of the process's own namespace. A link on a
 * mount that is in no table is compared by its path alone.
 */
export function dirsHeldByLink(
  files: Pick<Files, "readText">,
  { process, link }: { readonly process: Pick<ProcessView, "pid" | "mountNamespace">; readonly link: ProcessLink },
  { sightings, known }: { readonly sightings: Sightings; readonly known: KnownMounts },
): Set<string> {
  const seen = sightingsAbove(link.path, sightings);
  if (seen.length === 0) return new Set();
  const isHeld = link.fd === undefined
    ? isIn(process.mountNamespace, known)
    : isOn(mountIdOf(files, `/proc/${process.pid}/fdinfo/${link.fd}`), known);
  return new Set(seen.filter(isHeld).map(({ dir }) => dir));
}

function isIn(namespace: string | undefined, { wholeNamespaces }: KnownMounts): (sighting: Sighting) => boolean {
  if (namespace === undefined || !wholeNamespaces.has(namespace)) return () => true;
  return (sighting) => sighting.namespace === namespace;
}

function isOn(mountId: number | undefined, { ids }: KnownMounts): (sighting: Sighting) => boolean {
  if (mountId === undefined) return () => false;
  return ids.has(mountId) ? (sighting) => sighting.mountId === mountId : () => true;
}

function sightingsAbove(path: string, sightings: Sightings): Sighting[] {
  if (!path.startsWith("/")) return [];
  return [...upwards(path)].flatMap((above) => sightings.get(above) ?? []);
}

/** `undefined` when the descriptor was closed meanwhile, `NaN` when the kernel does not tell. */
function mountIdOf(files: Pick<Files, "readText">, fdinfo: string): number | undefined {
  try {
    const id = /^mnt_id:\s*(\d+)$/m.exec(files.readText(fdinfo))?.[1];
    return id === undefined ? NaN : Number(id);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH")) return undefined;
    if (isErrno(error, "EACCES", "EPERM")) return NaN;
    throw error;
  }
}
