import { basename, dirname, join, relative } from "@std/path";
import { isErrno } from "../base/errno.ts";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import { resolveWithin } from "../host/resolve.ts";
import type { System } from "../host/system.ts";
import { mountsOf } from "../readers/mount_namespaces.ts";
import type { StoreLayout } from "../store/layout.ts";
import { ensureDirectory } from "../store/access.ts";
import { cannotExchange } from "./file_system_limits.ts";
import type { RcuRepository } from "./rcu_repository.ts";

/** What is found at LOCATION. */
export type LocationState =
  | { readonly kind: "missing" }
  | { readonly kind: "empty-directory" }
  /** A directory with something in it: to be migrated. */
  | { readonly kind: "tree" }
  | { readonly kind: "link" }
  | { readonly kind: "other"; readonly type: string };

/** Looks at LOCATION. */
export function locationState({ files }: Pick<System, "files">, { location }: RcuRepository): LocationState {
  const stat = files.lstat(location);
  if (stat === undefined) return { kind: "missing" };
  if (stat.type === "symlink") return { kind: "link" };
  if (stat.type !== "directory") return { kind: "other", type: stat.type };
  return files.readDir(location).length === 0 ? { kind: "empty-directory" } : { kind: "tree" };
}

/** Tells whether LOCATION already leads to what `latest` names, by whatever links or bind mounts. */
export function locationIsLatest(
  { files }: Pick<System, "files">,
  repository: RcuRepository,
  layout: StoreLayout,
): boolean {
  const latest = resolvedOrLoop(files, repository.root, layout.latest);
  const target = resolvedOrLoop(files, repository.root, repository.location);
  if (latest === undefined || target === undefined) return false;
  if (target === latest) return true;
  const [a, b] = [files.lstat(target), files.lstat(latest)];
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}

/** `undefined` for links that go round in circles, which lead nowhere. */
function resolvedOrLoop(files: System["files"], root: string, path: string): string | undefined {
  try {
    return resolveWithin(files, root, path);
  } catch (error) {
    if (isErrno(error, "ELOOP")) return undefined;
    throw error;
  }
}

/**
 * Makes LOCATION a link to the store's `latest` in one step, unless it leads there already. Whatever link or empty
 * directory was there is replaced.
 *
 * @returns whether anything was done.
 */
export function linkLocation(system: Pick<System, "files">, repository: RcuRepository, layout: StoreLayout): boolean {
  const { files } = system;
  const { location } = repository;
  if (locationIsLatest(system, repository, layout)) return false;
  ensureDirectory(files, dirname(location));
  if (locationState(system, repository).kind === "empty-directory") files.rmdir(location);
  withFreshLink(system, { repository, layout }, (fresh) => files.rename(fresh, location));
  return true;
}

/**
 * Puts the link to `latest` where the directory LOCATION is. The directory is one of {@linkcode swappedOutTrees} after
 * that. One step where the kernel can exchange two names; otherwise two, and a crash between them is mended by
 * recovery.
 */
export function swapTreeForLink(system: Pick<System, "files">, repository: RcuRepository, layout: StoreLayout): void {
  const { files } = system;
  const { location } = repository;
  withFreshLink(system, { repository, layout }, (fresh) => {
    try {
      files.exchange(fresh, location);
    } catch (error) {
      if (!cannotExchange(error)) throw error;
      files.rename(location, asideName(repository));
      files.rename(fresh, location);
    }
  });
}

/** Where the directory that was LOCATION can be after a swap that a crash cut off. */
export function swappedOutTrees(
  { files }: Pick<System, "files">,
  repository: RcuRepository,
  layout: StoreLayout,
): string[] {
  return [...linkNames(repository, layout), asideName(repository)]
    .filter((path) => files.lstat(path)?.type === "directory");
}

/**
 * Removes links with temporary names that a crash left: ours, and Portage's `LOCATION.new` when it leads to `latest`.
 */
export function removeLocationLeftovers(
  { files }: Pick<System, "files">,
  repository: RcuRepository,
  layout: StoreLayout,
): void {
  for (const path of linkNames(repository, layout)) {
    if (files.lstat(path)?.type === "symlink") files.unlink(path);
  }
  const portages = `${repository.location}.new`;
  const isLink = files.lstat(portages)?.type === "symlink";
  if (isLink && files.readLink(portages) === join(repository.storeDirInside, "latest")) files.unlink(portages);
}

/**
 * Refuses a LOCATION that no link can be renamed over.
 *
 * @throws {Fault} `configuration`
 */
export function refuseMountPoint({ files }: Pick<System, "files">, { name, location }: RcuRepository): void {
  const stat = files.lstat(location);
  if (stat?.type !== "directory") return;
  const otherDevice = files.lstat(dirname(location))?.dev !== stat.dev;
  if (!otherDevice && !isListedMount(files, location)) return;
  throw new Fault(
    "configuration",
    `Location ${quoted(location)} of ${quoted(name)} is a mount point, which no symlink can replace`,
    { hint: "Mount the file system elsewhere, put the store on it, and leave the location's name free" },
  );
}

function isListedMount(files: System["files"], path: string): boolean {
  return mountsOf(files, "self")?.some(({ point }) => point === path) ?? false;
}

/** Has `use` put a new link in place: one made in the store, or beside LOCATION when that is another mount. */
function withFreshLink(
  { files }: Pick<System, "files">,
  { repository, layout }: { readonly repository: RcuRepository; readonly layout: StoreLayout },
  use: (fresh: string) => void,
): void {
  const [inStore, beside] = linkNames(repository, layout);
  const text = linkText(files, repository);
  for (const path of [inStore, beside]) {
    if (files.lstat(path)?.type === "symlink") files.unlink(path);
    files.symlink(text, path);
    try {
      return use(path);
    } catch (error) {
      if (!isErrno(error, "EXDEV") || path === beside) throw error;
      files.unlink(path);
    }
  }
}

function linkText(
  files: System["files"],
  { root, location, storeDir, storeDirInside, linkStyle }: RcuRepository,
): string {
  if (linkStyle === "absolute") return join(storeDirInside, "latest");
  const from = resolveWithin(files, root, dirname(location));
  return join(relative(from, resolveWithin(files, root, storeDir)), "latest");
}

function linkNames({ location }: RcuRepository, layout: StoreLayout): readonly [string, string] {
  return [join(layout.own, "location.new"), join(dirname(location), `.${basename(location)}.rcusync-new`)];
}

function asideName({ location }: RcuRepository): string {
  return join(dirname(location), `.${basename(location)}.rcusync-old`);
}
