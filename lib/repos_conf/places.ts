import { basename, dirname, join } from "@std/path";
import { isErrno } from "../base/errno.ts";
import { resolveWithin } from "../host/resolve.ts";
import type { Repository } from "./repository.ts";
import type { ConfigFileSystem } from "./walk_config.ts";

/** One directory under the names it goes by: as written, and with links resolved as far as it exists. */
export interface Places {
  readonly location: readonly string[];
  /** Empty without a store. */
  readonly store: readonly string[];
}

/**
 * The names of a repository's directories. The link at the location itself counts as a place of its own besides
 * what it leads to: it gets replaced, and under RCU it leads into the store.
 */
export function placesOf(files: ConfigFileSystem, { root, location, storage }: Repository): Places {
  const resolved = (path: string) => resolvedOrAsWritten(files, root, path);
  return {
    location: [location, join(resolved(dirname(location)), basename(location))],
    store: storage.kind === "hardlink_rcu" ? [storage.storeDir, resolved(storage.storeDir)] : [],
  };
}

/** Where the location leads to in the end. */
export function targetOf(files: ConfigFileSystem, { root, location }: Repository): string {
  return resolvedOrAsWritten(files, root, location);
}

/** Whether any name of one is any name of the other. */
export function meet(a: readonly string[], b: readonly string[]): boolean {
  return a.some((path) => b.includes(path));
}

/** Whether `inner` is `outer` or lies below it, under any name. */
export function holds(outer: readonly string[], inner: readonly string[]): boolean {
  const inside = (path: string, other: string) => path === "/" || other === path || other.startsWith(`${path}/`);
  return outer.some((path) => inner.some((other) => inside(path, other)));
}

/** What cannot be resolved cannot be compared by what it leads to; the sync itself will stumble over it. */
export function resolvedOrAsWritten(files: ConfigFileSystem, root: string, path: string): string {
  try {
    return resolveWithin(files, root, path);
  } catch (error) {
    if (isErrno(error, "ELOOP", "EACCES", "EPERM")) return path;
    throw error;
  }
}
