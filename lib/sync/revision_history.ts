import { dirname, join } from "@std/path";
import { errnoOf } from "../base/errno.ts";
import { resolveWithin } from "../host/resolve.ts";
import type { System } from "../host/system.ts";
import { ensureDirectory } from "../store/access.ts";
import { readSmallFile } from "./small_file.ts";

/** As many revisions as Portage keeps of a repository. */
const MAX_REVISIONS = 25;

/** What decides what is recorded. */
export interface RevisedRepository {
  readonly name: string;
  readonly location: string;
  /** As a process inside the system sees it. */
  readonly locationInside: string;
  readonly root: string;
  /** The `volatile` key; `undefined` when unset. */
  readonly volatile: boolean | undefined;
}

/**
 * Records the revision of a repository's tree (the first word of `metadata/timestamp.commit`) where Portage keeps them:
 * `var/lib/portage/repo_revisions`, a JSON object of lists, newest first. A volatile repository has none.
 *
 * @param file the path of `repo_revisions`, as seen from here.
 * @returns why it could not be done, a sentence; `undefined` when all is well. A broken file is left as it is.
 */
export function recordRevision(
  system: Pick<System, "files" | "accounts">,
  repository: RevisedRepository,
  file: string,
): string | undefined {
  try {
    return record(system, repository, resolveWithin(system.files, repository.root, file));
  } catch (error) {
    if (errnoOf(error) === undefined || !(error instanceof Error)) throw error;
    return `Cannot update the revision history ${file}: ${error.message}`;
  }
}

type Files = System["files"];
type History = ReadonlyMap<string, readonly string[]>;

function record(
  system: Pick<System, "files" | "accounts">,
  repository: RevisedRepository,
  file: string,
): string | undefined {
  const { files } = system;
  const history = parseHistory(files.readTextIfAny(file) ?? "");
  if (history === undefined) return `Revision history ${file} is not what it should be and was left alone`;
  const tree = resolveWithin(files, repository.root, repository.location);
  const before = history.get(repository.name) ?? [];
  const after = isVolatile(system, repository, tree) ? [] : withRevision(before, revisionOf(files, tree));
  if (after !== before && after.length + before.length > 0) {
    writeHistory(files, file, new Map([...history, [repository.name, after]]));
  }
  return undefined;
}

function withRevision(list: readonly string[], revision: string | undefined): readonly string[] {
  if (revision === undefined || revision === list[0]) return list;
  return [revision, ...list].slice(0, MAX_REVISIONS);
}

function revisionOf(files: Files, tree: string): string | undefined {
  const text = readSmallFile(files, join(tree, "metadata", "timestamp.commit")) ?? "";
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim());
  return lines.find((line) => line !== "")?.split(/\s+/)[0];
}

/** Unless told otherwise, only what lies below /var/db/repos and belongs to root or portage is not volatile. */
function isVolatile(
  { files, accounts }: Pick<System, "files" | "accounts">,
  { volatile, locationInside, root }: RevisedRepository,
  tree: string,
): boolean {
  if (volatile !== undefined) return volatile;
  if (!locationInside.startsWith("/var/db/repos/")) return true;
  const uid = files.stat(tree)?.uid;
  const owner = uid === undefined ? undefined : accounts(root).userById(uid)?.name;
  return owner !== "root" && owner !== "portage";
}

/** `undefined` when it is not an object of lists of strings. A map, since a repository may be called `constructor`. */
function parseHistory(text: string): History | undefined {
  if (text.trim() === "") return new Map();
  try {
    const value: unknown = JSON.parse(text);
    return isHistory(value) ? new Map(Object.entries(value)) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isHistory(value: unknown): value is Readonly<Record<string, readonly string[]>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.values(value).every((list) => Array.isArray(list) && list.every((item) => typeof item === "string"));
}

/** Replaces the file in one step, with its owner and mode as they were. */
function writeHistory(files: Files, file: string, history: History): void {
  ensureHistoryDirectory(files, dirname(file));
  const before = files.stat(file);
  const rows = [...history].filter(([, list]) => list.length > 0).sort(([a], [b]) => a < b ? -1 : 1);
  const fresh = `${file}.rcusync-new`;
  if (files.lstat(fresh) !== undefined) files.unlink(fresh);
  files.createFile(fresh, JSON.stringify(Object.fromEntries(rows)), 0o600);
  if (before !== undefined) files.lchown(fresh, before.uid, before.gid);
  files.chmod(fresh, before?.mode ?? 0o660);
  files.rename(fresh, file);
}

function ensureHistoryDirectory(files: Files, dir: string): void {
  if (files.stat(dir) !== undefined) return;
  ensureDirectory(files, dirname(dir));
  files.mkdir(dir);
  files.chmod(dir, 0o2750);
}
