import type { Check } from "./check_batches.ts";
import { followLink } from "./followed_link.ts";
import { ROW } from "./row_flags.ts";
import { digestPolicyProblem, hashJob } from "./hash_check.ts";
import { isHidden } from "./ignored_paths.ts";
import { NONE, ROOT_DIRECTORY, rowOfDirectory } from "./name_index.ts";
import { type Problem, problem } from "./problem.ts";
import { recallDigests } from "./recall_digests.ts";
import { listLinked, type Odd, type OddName, type Place } from "./scan_tree.ts";
import { TOP_MANIFEST } from "./top_manifest.ts";
import type { Verification } from "./verification.ts";

/**
 * Once all Manifests are loaded: reports what is in the tree and not covered or has the wrong type, then what is
 * covered and not there, and yields the files whose contents remain to be compared, by their rows. Nothing but
 * directories is opened here.
 */
export function* judgeFiles(verification: Verification, odd: readonly Odd[]): Iterable<Check<number>> {
  yield* judgeOdd(verification, odd);
  const isIgnored = ignoredRows(verification);
  for (let row = 0; row < verification.table.names.count; row++) {
    const met = judgeRow(verification, row, isIgnored);
    if (met === undefined) continue;
    if ("code" in met) verification.problems.add(met);
    else yield check(verification, met);
  }
}

/** A file to compare, and where it really is. */
interface PlacedFile {
  readonly row: number;
  readonly realPath: string;
}

/** What one file comes to: nothing when it is right already or nobody's concern. */
type Met = PlacedFile | Problem | undefined;

/** Links, what they lead to, and what is neither file nor directory. */
function* judgeOdd(verification: Verification, odd: readonly Odd[]): Iterable<Check<number>> {
  const pending = odd.toReversed();
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (verification.ignored.covers(one.path)) continue;
    const met = one.type === "unlisted" ? unlisted(one.path, one.errno) : meet(verification, one);
    if (met === undefined) continue;
    if ("directory" in met) pending.push(...listLinked(verification, met.directory));
    else if ("code" in met) verification.problems.add(met);
    else yield check(verification, met);
  }
}

function unlisted(path: string, errno: string): Problem {
  return problem("io", path || ".", "This directory cannot be listed", { actual: errno });
}

function meet(verification: Verification, name: OddName): Met | { readonly directory: Place } {
  const { table } = verification;
  const row = expectedRow(verification, name.path);
  if (name.type === "symlink") return meetLink(verification, name.path, row);
  if (row === NONE || table.is(row, ROW.met) || name.type === "twin") return stray(name.path);
  table.mark(row, ROW.met);
  if (name.type === "other") return wrongType(name.path, "special file");
  return compare(verification, { row, realPath: name.realPath });
}

function expectedRow({ table }: Verification, path: string): number {
  const row = table.names.findPath(path);
  return row !== NONE && table.is(row, ROW.expected) ? row : NONE;
}

function meetLink(verification: Verification, path: string, row: number): Met | { readonly directory: Place } {
  if (row !== NONE) verification.table.mark(row, ROW.met);
  const target = followLink(verification, path);
  if ("code" in target) return row === NONE && target.code === "missing" ? stray(path) : target;
  if (target.type === "directory") {
    if (row !== NONE) return wrongType(path, "directory");
    return target.holdsCovered ? { directory: { path, realPath: target.path } } : stray(path);
  }
  if (row === NONE) return stray(path);
  return target.type === "file" ? compare(verification, { row, realPath: target.path }) : wrongType(path, target.type);
}

/** A Manifest that was loaded has been compared already. */
function compare(verification: Verification, file: PlacedFile): Met {
  const { table } = verification;
  if (table.is(file.row, ROW.verified)) return undefined;
  return recallDigests(verification, file.row) ?? digestPolicyProblem(table, file.row) ?? file;
}

function judgeRow(verification: Verification, row: number, isIgnored: (row: number) => boolean): Met {
  const { table } = verification;
  if (!table.is(row, ROW.expected)) {
    if (!table.is(row, ROW.present) || isIgnored(row)) return undefined;
    const path = table.names.pathOf(row);
    return path === TOP_MANIFEST ? undefined : stray(path);
  }
  if (table.is(row, ROW.met)) return undefined;
  if (isIgnored(row)) return problem("conflict", table.names.pathOf(row), "Listed, and ignored by another entry");
  if (!table.is(row, ROW.present)) return judgeAbsent(verification, row);
  if (table.is(row, ROW.verified)) return undefined;
  if (!table.isKnown(row)) return compare(verification, { row, realPath: table.names.pathOf(row) });
  table.mark(row, ROW.proven);
  verification.counters.files++;
  return undefined;
}

/** It is gone, or lies where a scan does not look. */
function judgeAbsent(verification: Verification, row: number): Met {
  const path = verification.table.names.pathOf(row);
  const place = verification.locator.locate(path);
  switch (place.kind) {
    case "missing":
      return missing(path);
    case "escape":
      return isHidden(path) ? problem("symlink-escape", path, place.message) : missing(path);
    case "io":
      return problem("io", path, "Cannot be read", { actual: place.errno });
    case "found":
      if (place.type !== "file") return wrongType(path, place.type);
      return isHidden(path) ? compare(verification, { row, realPath: place.path }) : missing(path);
  }
}

/** Tells which rows entries ignore. */
function ignoredRows({ ignored, table: { names } }: Verification): (row: number) => boolean {
  if (ignored.isEmpty) return () => false;
  const rows = new Set([...ignored].map((path) => names.findPath(path)));
  const directories = new Map([[ROOT_DIRECTORY, false]]);
  const isBelow = (directory: number): boolean => {
    const known = directories.get(directory);
    if (known !== undefined) return known;
    const isIgnored = rows.has(rowOfDirectory(directory)) || isBelow(names.parentOf(directory));
    directories.set(directory, isIgnored);
    return isIgnored;
  };
  return (row) => rows.has(row) || isBelow(names.directoryOf(row));
}

function check(verification: Verification, { row, realPath }: PlacedFile): Check<number> {
  verification.counters.hashed++;
  return { subject: row, job: hashJob(verification, row, realPath) };
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
