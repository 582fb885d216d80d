import { dirname, join } from "@std/path";
import { errnoOf, isErrno } from "../base/errno.ts";
import type { RecordLock } from "../host/record_lock.ts";
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

/** Where the history is, and how long somebody else may keep it. */
export interface HistoryPlace {
  /** The path of `repo_revisions`, as seen from here. */
  readonly file: string;
  readonly signal: AbortSignal;
}

type HistorySystem = Pick<System, "files" | "accounts" | "clock">;
type Files = System["files"];
type History = ReadonlyMap<string, readonly string[]>;

/**
 * Records the revision of a repository's tree (the first word of `metadata/timestamp.commit`) where Portage keeps them:
 * `var/lib/portage/repo_revisions`, a JSON object of lists, newest first. A volatile repository has none. The file is
 * changed under the lock that Portage takes, on the file itself.
 *
 * @returns why it could not be done, a sentence; `undefined` when all is well. A broken file is left as it is.
 */
export async function recordRevision(
  system: HistorySystem,
  repository: RevisedRepository,
  { file, signal }: HistoryPlace,
): Promise<string | undefined> {
  try {
    return await record(system, repository, { file: resolveWithin(system.files, repository.root, file), signal });
  } catch (error) {
    if (errnoOf(error) === undefined || !(error instanceof Error)) throw error;
    return `Cannot update the revision history ${file}: ${error.message}`;
  }
}

async function record(
  system: HistorySystem,
  repository: RevisedRepository,
  place: HistoryPlace,
): Promise<string | undefined> {
  const { file } = place;
  const broken = `Revision history ${file} is not what it should be and was left alone`;
  // Most syncs bring no new revision: they take no lock, and make no file to lock.
  const expected = revised(system, repository, file);
  if (typeof expected === "string") return expected === "broken" ? broken : undefined;
  using lock = await lockHistory(system, place);
  if (lock === undefined) return `Revision history ${file} is locked by another program and was left alone`;
  const history = revised(system, repository, file);
  if (typeof history === "string") return history === "broken" ? broken : undefined;
  replaceHistory(system.files, file, history);
  return undefined;
}

/** The history as it has to become. */
function revised(
  system: HistorySystem,
  repository: RevisedRepository,
  file: string,
): History | "unchanged" | "broken" {
  const { files } = system;
  const history = parseHistory(files.readTextIfAny(file) ?? "");
  if (history === undefined) return "broken";
  const tree = resolveWithin(files, repository.root, repository.location);
  const before = history.get(repository.name) ?? [];
  const after = isVolatile(system, repository, tree) ? [] : withRevision(before, revisionOf(files, tree));
  if (after === before || after.length + before.length === 0) return "unchanged";
  return new Map([...history, [repository.name, after]]);
}

const [POLL_MS, PATIENCE_MS] = [50, 30_000];

/** Locks the file that has the name, which others replace; `undefined` when somebody else keeps it locked. */
async function lockHistory(
  { files, clock }: HistorySystem,
  { file, signal }: HistoryPlace,
): Promise<RecordLock | undefined> {
  const deadlineMs = clock.monotonicMs() + PATIENCE_MS;
  for (;;) {
    makeHistory(files, file);
    using held = new DisposableStack();
    const lock = held.use(files.tryRecordLock(file));
    if (lock !== undefined && lock.ino === files.lstat(file)?.ino) {
      held.move();
      return lock;
    }
    if (signal.aborted || clock.monotonicMs() >= deadlineMs) return undefined;
    await clock.sleep(POLL_MS);
  }
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

/** Creates the file where it is missing, empty as Portage does, to be locked. */
function makeHistory(files: Files, file: string): void {
  if (files.lstat(file) !== undefined) return;
  ensureHistoryDirectory(files, dirname(file));
  try {
    files.createFile(file, "", 0o600);
    files.chmod(file, 0o660);
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
  }
}

/** Replaces the file in one step, with its owner and mode as they were. */
function replaceHistory(files: Files, file: string, history: History): void {
  const before = files.stat(file);
  const rows = [...history].filter(([, list]) => list.length > 0).sort(([a], [b]) => a < b ? -1 : 1);
  // Locks may be worth nothing on this file system: no two writers share a name.
  const fresh = `${file}.rcusync-${crypto.randomUUID()}`;
  try {
    files.createFile(fresh, JSON.stringify(Object.fromEntries(rows)), 0o600);
    if (before !== undefined) files.lchown(fresh, before.uid, before.gid);
    files.chmod(fresh, before?.mode ?? 0o660);
    files.rename(fresh, file);
  } catch (error) {
    files.tryUnlink(fresh);
    throw error;
  }
}

function ensureHistoryDirectory(files: Files, dir: string): void {
  if (files.stat(dir) !== undefined) return;
  ensureDirectory(files, dirname(dir));
  try {
    files.mkdir(dir);
    files.chmod(dir, 0o2750);
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
  }
}
