import { errnoOf } from "../base/errno.ts";
import type { DirectoryEntry } from "../host/files.ts";
import type { Check } from "./check_batches.ts";
import type { ExpectedFile } from "./expected_files.ts";
import { digestPolicyProblem, hashJob } from "./hash_check.ts";
import { isHidden } from "./ignored_paths.ts";
import { followLink } from "./followed_link.ts";
import { type Problem, problem } from "./problem.ts";
import { TOP_MANIFEST } from "./top_manifest.ts";
import type { Verification } from "./verification.ts";

/** A covered file that was met and has yet to be compared. */
export interface MetFile {
  readonly path: string;
  readonly file: ExpectedFile;
}

/** A covered file where it really is. */
interface PlacedFile extends MetFile {
  readonly realPath: string;
}

/** A directory as the walk sees it: where it appears, and where it really is when a link led there. */
interface Place {
  readonly path: string;
  readonly realPath: string;
}

/**
 * Lists the tree, reports what is not covered or has the wrong type, then what is covered and not there, and yields
 * the files whose contents remain to be compared (section 7). Nothing is opened here.
 */
export function* walkTree(verification: Verification): Iterable<Check<MetFile>> {
  const pending: Place[] = [{ path: "", realPath: "" }];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const found: PlacedFile[] = [];
    for (const entry of listDirectory(verification, place)) {
      if (entry.name.startsWith(".")) continue;
      const path = place.path === "" ? entry.name : `${place.path}/${entry.name}`;
      if (verification.ignored.has(path)) continue;
      const realPath = place.realPath === "" ? entry.name : `${place.realPath}/${entry.name}`;
      const met = meet(verification, entry, { path, realPath });
      if (met === undefined) continue;
      if ("directory" in met) pending.push(met.directory);
      else if ("code" in met) verification.problems.add(met);
      else if (!entry.isFile) yield check(verification, met);
      else found.push(met);
    }
    yield* unrecognized(verification, place, found);
  }
  yield* unseenFiles(verification);
}

/** What one name in the tree comes to: a directory to list, a file to compare, a problem, or nothing. */
type Met = { readonly directory: Place } | PlacedFile | Problem | undefined;

function listDirectory({ problems, root, system }: Verification, { path, realPath }: Place): DirectoryEntry[] {
  try {
    return system.files.readDir(`${root}/${realPath}`);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    problems.add(problem("io", path || ".", "This directory cannot be listed", { actual: errno }));
    return [];
  }
}

function meet(verification: Verification, entry: DirectoryEntry, place: Place): Met {
  const file = verification.expected.get(place.path);
  if (entry.isSymlink) return meetLink(verification, place.path, file);
  if (file === undefined) {
    if (entry.isDirectory) return { directory: place };
    return place.path === TOP_MANIFEST ? undefined : stray(place.path);
  }
  // A name that is not valid UTF-8 can look like one that is.
  if (file.seen) return stray(place.path);
  file.seen = true;
  if (!entry.isFile) return wrongType(place.path, entry.isDirectory ? "directory" : "special file");
  return compare({ path: place.path, file }, place.realPath);
}

function meetLink(verification: Verification, path: string, file: ExpectedFile | undefined): Met {
  if (file !== undefined) file.seen = true;
  const target = followLink(verification, path);
  if ("code" in target) return file === undefined && target.code === "missing" ? stray(path) : target;
  if (target.type === "directory") {
    if (file !== undefined) return wrongType(path, "directory");
    return target.holdsCovered ? { directory: { path, realPath: target.path } } : stray(path);
  }
  if (file === undefined) return stray(path);
  if (target.type !== "file") return wrongType(path, target.type);
  return compare({ path, file }, target.path);
}

/** A Manifest that was loaded has been compared already. */
function compare(met: MetFile, realPath: string): Met {
  if (met.file.verified) return undefined;
  return digestPolicyProblem(met.path, met.file) ?? { ...met, realPath };
}

/** Covered files that the walk did not meet: they are gone, or lie where it does not look. */
function* unseenFiles(verification: Verification): Iterable<Check<MetFile>> {
  for (const [path, file] of verification.expected) {
    if (file.seen) continue;
    const met = unseenFile(verification, path, file);
    if (met === undefined || "directory" in met) continue;
    if ("code" in met) verification.problems.add(met);
    else yield check(verification, met);
  }
}

/** Those files of a directory that have to be read. What a link led to is always read: the link may change. */
function* unrecognized(
  verification: Verification,
  { path, realPath }: Place,
  found: readonly PlacedFile[],
): Iterable<Check<MetFile>> {
  const { counters, recognition } = verification;
  if (recognition === undefined || path !== realPath || found.length === 0) {
    for (const met of found) yield check(verification, met);
    return;
  }
  const unknown = recognition.unknown(path, found);
  counters.files += found.length - unknown.length;
  for (const met of unknown) yield check(verification, met);
}

function check(verification: Verification, met: PlacedFile): Check<MetFile> {
  verification.counters.hashed++;
  return { subject: met, job: hashJob(verification, met.path, met.file, met.realPath) };
}

function unseenFile(verification: Verification, path: string, file: ExpectedFile): Met {
  if (verification.ignored.covers(path)) return problem("conflict", path, "Listed, and ignored by another entry");
  if (!isHidden(path)) return missing(path);
  const place = verification.locator.locate(path);
  switch (place.kind) {
    case "missing":
      return missing(path);
    case "escape":
      return problem("symlink-escape", path, place.message);
    case "io":
      return problem("io", path, "Cannot be read", { actual: place.errno });
    case "found":
      if (place.type !== "file") return wrongType(path, place.type);
      return compare({ path, file }, place.path);
  }
}

function stray(path: string): Problem {
  return problem("stray", path, "Not listed in any Manifest");
}

function missing(path: string): Problem {
  return problem("missing", path, "Listed but not there");
}

function wrongType(path: string, actual: string): Problem {
  return problem("wrong-type", path, "Not a regular file", { actual });
}
