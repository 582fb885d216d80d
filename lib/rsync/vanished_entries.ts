import { concat } from "@std/bytes/concat";
import { isErrno } from "../base/errno.ts";
import type { HashSet } from "../base/hash_set.ts";
import { NAME_TYPE, type TreeNames } from "../host/tree_names.ts";
import type { TreeSurvey } from "../host/tree_survey.ts";
import type { Change } from "./change.ts";
import { utf8Text } from "./escapes.ts";
import type { PathHash } from "./path_hash.ts";

/** What is here, and what the mirror has. */
export interface Comparison {
  readonly survey: TreeSurvey;
  /** Paths that the mirror has, or that are none of its business. */
  readonly named: HashSet;
  /** Those of them where there is nothing here, or something of another type. */
  readonly created: HashSet;
  /** Directories of the mirror's in which these are. */
  readonly filled: HashSet;
  /** As of all of them. */
  readonly hash: PathHash;
  readonly treeNames: TreeNames;
}

/**
 * What is in the tree `base` and not at the mirror, contents before their directory. Only directories from which
 * something is gone are listed: the survey has no names.
 *
 * That two of 230,000 paths have the same hash happens once in a thousand million runs; the entry would stay until the
 * next one, which has another seed. Nobody gains by it: a mirror keeps an entry by listing it.
 *
 * @returns `undefined` where rsync may say something else: of an entry that is to be one of another type, of a
 *   directory of which nothing is left but itself, of a name that is not UTF-8, or of a tree that has changed
 *   meanwhile.
 */
export function vanishedEntries(base: string, comparison: Comparison): Change[] | undefined {
  const directories = incompleteDirectories(comparison);
  if (directories === undefined) return undefined;
  const vanished: Change[] = [];
  for (const { path, missing } of directories) {
    const found = missingFrom(base, path, comparison);
    if (found?.length !== missing) return undefined;
    vanished.push(...found);
  }
  return vanished.sort((a, b) => a.path < b.path ? 1 : -1);
}

interface IncompleteDirectory {
  /** From the tree, with a slash at its end unless it is the tree. */
  readonly path: Uint8Array;
  /** How many of its entries the mirror has not. */
  readonly missing: number;
}

function incompleteDirectories(comparison: Comparison): IncompleteDirectory[] | undefined {
  const { survey, named, created } = comparison;
  const { ends, hashes, paths, pathEnds } = survey;
  const found: IncompleteDirectory[] = [];
  for (let directory = 0, entry = 0; directory < ends.length; directory++) {
    let [missing, present] = [0, 0];
    for (const end = ends[directory] ?? 0; entry < end; entry++) {
      if (!named.has(hashes, 2 * entry)) missing++;
      else if (created.has(hashes, 2 * entry)) return undefined;
      else present++;
    }
    if (missing === 0) continue;
    const path = paths.subarray(pathEnds[directory - 1] ?? 0, pathEnds[directory]);
    if (present === 0 && mayBeNone(path, comparison)) return undefined;
    found.push({ path, missing });
  }
  return found;
}

/**
 * Whether a directory of ours may be something else at the mirror, of which rsync says nothing: a link out of the tree,
 * a device. It leaves alone what is here of that name, with all that is in it.
 */
function mayBeNone(path: Uint8Array, { named, filled, hash }: Comparison): boolean {
  if (path.length === 0) return false;
  const words = hash.of(path, 0, path.length - 1);
  return named.has(words) && !filled.has(words);
}

/** `undefined` when the directory is gone, or a name in it is not UTF-8. */
function missingFrom(base: string, dir: Uint8Array, { named, hash, treeNames }: Comparison): Change[] | undefined {
  const path = concat([new TextEncoder().encode(`${base}/`), dir, new Uint8Array(1)]);
  const below = hash.below(dir);
  const found: (Change | undefined)[] = [];
  try {
    treeNames.visit(path, ({ bytes, count, ends, starts, types }) => {
      for (let index = 0; index < count; index++) {
        const [from = 0, to = 0] = [starts[index], ends[index]];
        if (named.has(below.of(bytes, from, to))) continue;
        found.push(deletionOf(concat([dir, bytes.subarray(from, to)]), types[index]));
      }
    });
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
  const known = found.filter((change) => change !== undefined);
  return known.length === found.length ? known : undefined;
}

function deletionOf(bytes: Uint8Array, nameType: number | undefined): Change | undefined {
  const path = utf8Text(bytes);
  if (path === undefined) return undefined;
  return { path, type: nameType === NAME_TYPE.directory ? "directory" : "file", kind: "delete", size: 0 };
}
