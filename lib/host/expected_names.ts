import type { DirectoryEntry, Files } from "./files.ts";
import type { HashPool } from "./hash_pool.ts";
import { DOT } from "./list_tree.js";
import { addName, SUM_WORDS } from "./sum_names.js";

/** Names of files, none of which begins with a dot. */
export interface ListedNames {
  /** See {@linkcode sumOfNames}. */
  readonly sum: Uint32Array<ArrayBuffer>;
  /** One by one, some perhaps twice; `undefined` when they contradict each other. */
  names(): readonly string[] | undefined;
}

/** What must be in a directory, but for names that begin with a dot. */
export interface ExpectedNames {
  /** Absolute. */
  readonly path: string;
  readonly files: ListedNames;
  /**
   * Absolute: the directory, if it is one, whose directories must be there too, without those that went; `undefined`
   * for one that has none.
   */
  readonly like: string | undefined;
  /** Directories besides. */
  readonly came: readonly string[];
  readonly went: readonly string[];
}

/** What is otherwise than expected in a directory. What is no directory has no names. */
export interface UnexpectedNames {
  readonly expected: ExpectedNames;
  /** Whether all that must be there is. */
  readonly isComplete: boolean;
  readonly unexpected: readonly DirectoryEntry[];
}

interface NameSources {
  readonly files: Pick<Files, "lstat" | "treeNames">;
  readonly pool: Pick<HashPool, "sumNames">;
}

/**
 * Compares what is in directories with what must be there. Another thread, where there is one, adds the names up: as
 * nobody chooses names for their hashes here, sums of 64 bits tell for nearly all directories that there is nothing to
 * find. The others are gone through name by name.
 *
 * @throws an `Error` with an errno name in `.code` for one that cannot be listed.
 */
export async function unexpectedNames(
  { files, pool }: NameSources,
  all: readonly ExpectedNames[],
): Promise<readonly UnexpectedNames[]> {
  const paths = all.flatMap(({ path, like }) => like === undefined ? [path] : [path, like]);
  const sums = await pool.sumNames(paths);
  let at = 0;
  const next = () => sums?.subarray(at, at += SUM_WORDS);
  const rows = all.map(({ like }) => [next(), like === undefined ? NO_SUMS : next()] as const);
  const isAsExpected = (expected: ExpectedNames, index: number) => {
    const [now, before] = rows[index] ?? [];
    return now !== undefined && before !== undefined && hasSums(expected, now, before);
  };
  return all.filter((expected, index) => !isAsExpected(expected, index))
    .flatMap((expected) => compare(files, expected) ?? []);
}

/** The sums of a directory with no names. */
const NO_SUMS = new Uint32Array(SUM_WORDS);

/** By the sums of the directory, and of the one that it is like. */
function hasSums({ files, came, went }: ExpectedNames, now: Uint32Array, before: Uint32Array): boolean {
  const directories = sumOfNames(went).map((word, at) => (before[1 + at] ?? 0) - word);
  addSum(directories, sumOfNames(came));
  const isSame = (a: Uint32Array, b: Uint32Array) => a.every((word, at) => word === b[at]);
  return now[0] === 1 && isSame(now.subarray(1, 4), directories) && isSame(now.subarray(4, 7), files.sum) &&
    now[7] === 0;
}

const encoder = new TextEncoder();

/** What sum_names.js adds up of the names in a directory: how many there are, and their hashes, in three words. */
export function sumOfNames(names: readonly string[]): Uint32Array<ArrayBuffer> {
  const sum = new Uint32Array(3);
  if (names.length === 0) return sum;
  const bytes = encoder.encode(`${names.join("/")}/`);
  for (let from = 0; from < bytes.length;) {
    const to = bytes.indexOf(SLASH, from);
    if (bytes[from] !== DOT) addName(sum, 0, bytes, from, to);
    from = to + 1;
  }
  return sum;
}

/** Adds one sum to another. */
export function addSum(sum: Uint32Array<ArrayBuffer>, more: Uint32Array<ArrayBuffer>): void {
  for (const [at, word] of more.entries()) sum[at] = (sum[at] ?? 0) + word;
}

const SLASH = 0x2f;

function compare({ lstat, treeNames }: NameSources["files"], expected: ExpectedNames): UnexpectedNames | undefined {
  const entriesOf = (path: string) => lstat(path)?.type === "directory" ? treeNames.entries(path) : [];
  const files = expected.files.names();
  if (files === undefined) return { expected, isComplete: false, unexpected: [] };
  const before = expected.like === undefined ? [] : entriesOf(expected.like);
  const directories = new Set(before.filter(isVisibleDirectory).map(({ name }) => name));
  // A file may have taken the place of a directory.
  for (const name of [...expected.went, ...files]) directories.delete(name);
  for (const name of expected.came) directories.add(name);
  const listed = new Set(files);
  const unexpected = entriesOf(expected.path).filter(({ name, isDirectory, isFile }) =>
    !isHidden(name) && !(isDirectory ? directories.delete(name) : isFile && listed.delete(name))
  );
  const isComplete = directories.size === 0 && listed.size === 0;
  return isComplete && unexpected.length === 0 ? undefined : { expected, isComplete, unexpected };
}

function isVisibleDirectory({ name, isDirectory }: DirectoryEntry): boolean {
  return isDirectory && !isHidden(name);
}

function isHidden(name: string): boolean {
  return name.startsWith(".");
}
