import { dirname } from "@std/path";
import { directoriesAbove } from "../../base/directories_above.ts";
import { pathOf } from "../../base/path_of.ts";
import { type DirectoryListing, listDirectories } from "../../rsync/list_directories.ts";
import type { RsyncFailure } from "../../rsync/failure.ts";
import type { Session } from "../../rsync/session.ts";
import type { DirectoryNames } from "./directory_names.ts";
import type { DirectorySet } from "./kept_directories.ts";

/** Names in directories that changed that a mirror is asked to look at, besides those that are new or emptied. */
const MOST_NAMES = 3000;

/** Directories without files, one in another, that are followed. */
const MOST_DEPTH = 8;

/** No tree has as many directories without files. */
const MOST_FOUND = 100_000;

/** Directories that no Manifest tells of. */
export interface DirectoryChanges {
  readonly kind: "known";
  /** Published ones that hold nothing any more and that the mirror does not have. */
  readonly vanished: readonly string[];
  /** Empty ones that the mirror has and that are not published, outermost first. */
  readonly appeared: readonly string[];
}

/** The files that differ between what is published and what the mirror has, as far as it is known. */
export interface TouchedFiles {
  readonly published: DirectoryNames;
  readonly arrived: readonly string[];
  readonly gone: readonly string[];
}

/** All files that differ. */
export interface FileChanges extends TouchedFiles {
  /** Directories that hold a file that is the same on both sides, somewhere below them. */
  readonly kept: DirectorySet;
  /** Names directly below the root that are not the mirror's. */
  readonly local: ReadonlySet<string>;
}

/** What a mirror told of some directories. */
export interface ListedDirectories {
  readonly opened: ReadonlySet<string>;
  /** Those that it has of them, and those in them. */
  readonly directories: ReadonlySet<string>;
}

/** Nothing was asked. */
export const NOTHING_LISTED: ListedDirectories = { opened: new Set(), directories: new Set() };

/**
 * Asks for directories of which it is known already that something changed there. When that fails it is as if nothing
 * had been asked.
 */
export async function listEarly(
  session: Session,
  { nowhere, ...touched }: TouchedFiles & { readonly nowhere: string },
): Promise<ListedDirectories> {
  const { opened } = directoriesToOpen(touched);
  if (opened.length === 0) return NOTHING_LISTED;
  const listing = await listDirectories(session, { opened, nowhere });
  if (listing.kind === "failed") return NOTHING_LISTED;
  return { opened: new Set(opened), directories: listing.directories };
}

/**
 * Asks a mirror which directories it has where something changed, in one connection: whether one that lost its last
 * file is gone too, and whether there are new ones without files. Of the directories with the most names it asks as
 * long as that is cheap; a planned pass looks at all.
 */
export async function directoryChanges(
  session: Session,
  { nowhere, early, ...changes }: FileChanges & {
    readonly nowhere: string;
    /** What was asked before all changes were known. */
    readonly early: ListedDirectories;
  },
): Promise<DirectoryChanges | RsyncFailure> {
  const { published, local, kept } = changes;
  const { filled, emptied, opened } = directoriesToOpen(changes);
  const there = new Set(filled);
  const appeared: string[] = [];
  const asked = [...opened];
  // What a directory without files holds is one more question; there hardly ever is one.
  for (let [next, depth] = [opened, 0]; next.length > 0 && depth < MOST_DEPTH; depth++) {
    const listing = await listRest(session, { opened: next, nowhere, early });
    if (listing.kind === "failed") return listing;
    const listed = [...listing.directories].filter((dir) => dir !== "." && !there.has(dir) && !local.has(dir));
    for (const dir of listed) there.add(dir);
    if (there.size > filled.size + MOST_FOUND) return tooMany(session);
    const empty = listed.filter((dir) => !kept.has(dir) && holdsNoFile(published, dir));
    appeared.push(...empty.filter((dir) => published.size(dir) === undefined));
    next = empty.filter((dir) => !emptied.has(dir));
    asked.push(...next);
  }
  const emptyInside = asked.flatMap((dir) => emptyDirectoriesIn({ published, dir, there, local, kept }));
  const vanished = new Set([...emptied, ...emptyInside].filter((dir) => !there.has(dir)));
  return { kind: "known", vanished: [...vanished], appeared: appeared.sort() };
}

/** Lists what was not listed early. */
async function listRest(
  session: Session,
  { opened, nowhere, early }: {
    readonly opened: readonly string[];
    readonly nowhere: string;
    readonly early: ListedDirectories;
  },
): Promise<DirectoryListing | RsyncFailure> {
  const rest = opened.filter((dir) => !early.opened.has(dir));
  if (rest.length === 0) return { kind: "listed", directories: early.directories };
  const listing = await listDirectories(session, { opened: rest, nowhere });
  if (listing.kind === "failed") return listing;
  return { kind: "listed", directories: listing.directories.union(early.directories) };
}

function tooMany(session: Session): RsyncFailure {
  const message = `The mirror ${session.source} has directories without end`;
  return { kind: "failed", exit: 0, retry: true, diskFull: false, message };
}

interface ToOpen {
  /** Directories that have or get files: the mirror has them. */
  readonly filled: ReadonlySet<string>;
  /** Published ones that hold nothing any more. */
  readonly emptied: ReadonlySet<string>;
  readonly opened: readonly string[];
}

function directoriesToOpen({ published, arrived, gone }: TouchedFiles): ToOpen {
  const filled = new Set(arrived.flatMap(directoriesAbove));
  const missing = new Set(gone);
  const emptied = new Set<string>();
  const holdsNothing = (dir: string): boolean => {
    if (filled.has(dir)) return false;
    for (const { name, isDirectory } of published.entries(dir) ?? []) {
      const path = `${dir}/${name}`;
      if (isDirectory ? !holdsNothing(path) : !missing.has(path)) return false;
    }
    emptied.add(dir);
    return true;
  };
  const touched = new Set([...arrived, ...gone].map((path) => dirname(path)));
  for (const path of gone) {
    for (let dir = dirname(path); dir !== "." && !emptied.has(dir) && holdsNothing(dir);) dir = dirname(dir);
  }
  const fresh = [...filled].filter((dir) => published.size(dir) === undefined);
  const sized = [...touched].filter((dir) => !emptied.has(dir))
    .flatMap((dir) => ({ dir, size: published.size(dir) ?? -1 }))
    .filter(({ size }) => size >= 0)
    .sort((a, b) => a.size - b.size);
  const cheap: string[] = [];
  let names = 0;
  // The largest are not even looked at.
  for (const { dir } of sized) {
    names += published.entries(dir)?.length ?? 0;
    if (names > MOST_NAMES) break;
    cheap.push(dir);
  }
  return { filled, emptied, opened: [...emptied, ...fresh, ...cheap] };
}

/** Whether there is nothing but directories; none counts as one. */
function holdsNoFile(published: DirectoryNames, dir: string): boolean {
  return (published.entries(dir) ?? []).every(({ name, isDirectory }) =>
    isDirectory && holdsNoFile(published, `${dir}/${name}`)
  );
}

/** Directories without any file that are published in a directory, and that the mirror may not have. */
function emptyDirectoriesIn(
  { published, dir, there, local, kept }: Pick<FileChanges, "published" | "local" | "kept"> & {
    readonly dir: string;
    readonly there: ReadonlySet<string>;
  },
): string[] {
  return published.directories(dir).flatMap((name) => {
    const path = pathOf(dir, name);
    const isAsked = !name.startsWith(".") && !local.has(path) && !there.has(path) && !kept.has(path);
    return isAsked && holdsNoFile(published, path) ? treeOf(published, path) : [];
  });
}

function treeOf(published: DirectoryNames, dir: string): string[] {
  return [dir, ...(published.entries(dir) ?? []).flatMap(({ name }) => treeOf(published, `${dir}/${name}`))];
}
