import type { DirectoryEntry, Files } from "./files.ts";
import type { HashPool } from "./hash_pool.ts";
import { addName, SUM_WORDS } from "./sum_names.js";

/** What must be in a directory, but for names that begin with a dot. */
export interface ExpectedNames {
  /** Absolute. */
  readonly path: string;
  readonly files: readonly string[];
  /** Absolute: the directory, if it is one, whose directories must be there too, without those that went. */
  readonly like: string;
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
  const sums = await pool.sumNames(all.flatMap(({ path, like }) => [path, like]));
  const isAsExpected = (expected: ExpectedNames, index: number) => {
    const rows = sums?.subarray(2 * index * SUM_WORDS, 2 * (index + 1) * SUM_WORDS);
    return rows !== undefined && hasSums(expected, rows);
  };
  return all.filter((expected, index) => !isAsExpected(expected, index))
    .flatMap((expected) => compare(files, expected) ?? []);
}

/** @param rows of the directory, and of the one that it is like. */
function hasSums({ files, came, went }: ExpectedNames, rows: Uint32Array<ArrayBuffer>): boolean {
  const [now, before] = [rows.subarray(0, SUM_WORDS), rows.subarray(SUM_WORDS)];
  const wanted = before.slice(0, 4);
  addAll(wanted, 1, came);
  const gone = new Uint32Array(4);
  addAll(gone, 1, went);
  for (const at of [1, 2, 3]) wanted[at] = (wanted[at] ?? 0) - (gone[at] ?? 0);
  const listed = new Uint32Array(4);
  addAll(listed, 1, files);
  const isSame = (a: Uint32Array, b: Uint32Array) => a.every((word, at) => word === b[at]);
  return now[0] === 1 && isSame(now.subarray(1, 4), wanted.subarray(1)) &&
    isSame(now.subarray(4, 7), listed.subarray(1)) && now[7] === 0;
}

const encoder = new TextEncoder();

function addAll(sum: Uint32Array<ArrayBuffer>, at: number, names: readonly string[]): void {
  if (names.length === 0) return;
  const bytes = encoder.encode(`${names.join("/")}/`);
  for (let from = 0; from < bytes.length;) {
    const to = bytes.indexOf(SLASH, from);
    addName(sum, at, bytes, from, to);
    from = to + 1;
  }
}

const SLASH = 0x2f;

function compare(files: NameSources["files"], expected: ExpectedNames): UnexpectedNames | undefined {
  const entriesOf = (path: string) => files.lstat(path)?.type === "directory" ? files.treeNames.entries(path) : [];
  const directories = new Set(entriesOf(expected.like).filter(isVisibleDirectory).map(({ name }) => name));
  // A file may have taken the place of a directory.
  for (const name of [...expected.went, ...expected.files]) directories.delete(name);
  for (const name of expected.came) directories.add(name);
  const listed = new Set(expected.files);
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
