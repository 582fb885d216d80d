import type { DirectoryEntry } from "./files.ts";
import { openLister } from "./list_tree.js";
import { type SharedList, shareList } from "./shared_list.ts";
import { STAMP_REQUEST, STAMP_WORDS } from "./stamps.ts";

/** What names stand for, as getdents64(2) tells it. */
export const NAME_TYPE = { directory: 4, file: 8, symlink: 10, other: 255 } as const;

/** Some names of a directory, without `.` and `..`, in arrays that are used again for the next ones. */
export interface Names {
  /** They are those from `first` on. */
  readonly first: number;
  readonly count: number;
  /** The names as they are on disk: the one at `index` goes from `starts[index]` to before `ends[index]`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly starts: Uint32Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;
  /** Values of {@linkcode NAME_TYPE}, of which `other` stands for any that is not there. */
  readonly types: Uint8Array<ArrayBuffer>;
  /** The stamp of a file, see stamps.ts; all zeros where there is none. It is good until the next call. */
  stampAt(index: number): Uint32Array<ArrayBuffer>;
}

/** Lists many directories quickly. */
export interface TreeNames {
  /**
   * Calls `visit` with the names in a directory, in no particular order, many at a time. Links are not followed.
   *
   * @param path absolute; ends with NUL.
   * @throws an `Error` with an errno name in `.code`.
   */
  visit(path: Uint8Array<ArrayBuffer>, visit: (names: Names) => void): void;
  /** What `readDir` tells of a directory, in a fraction of its time. */
  entries(path: string): DirectoryEntry[];
  /** Has trees listed by another thread, without what begins with a dot; `undefined` where that cannot be. */
  share(paths: readonly string[], options: { readonly stamps: boolean }): SharedList | undefined;
}

/**
 * Lists by the C library where there is one that can, else by `readDir`, which also tells what is wrong where that
 * fails.
 */
export function treeNames(
  readDir: (path: string) => readonly DirectoryEntry[],
  { hasLibc }: { readonly hasLibc: boolean },
): TreeNames {
  let lister: ReturnType<typeof openLister>;
  const open = () => lister ??= hasLibc ? openLister(STAMP_REQUEST) : undefined;
  const visitAll: TreeNames["visit"] = (path, visit) => {
    let isFirst = true;
    const done = open()?.list(path, (names) => {
      isFirst = false;
      visit(names);
    });
    if (done) return;
    if (!isFirst) throw Object.assign(new Error("EIO: getdents64"), { code: "EIO" });
    visit(namesOf(readDir(new TextDecoder().decode(path.subarray(0, -1)))));
  };
  return {
    visit: visitAll,
    entries(path) {
      const found: DirectoryEntry[] = [];
      visitAll(new TextEncoder().encode(`${path}\0`), (names) => addEntries(found, names));
      return found;
    },
    share: (paths, { stamps }) => open() && shareList(paths, stamps),
  };
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** All names are decoded in one go: a call for each would be most of the time. */
function addEntries(found: DirectoryEntry[], { bytes, count, ends, starts, types }: Names): void {
  const bounds = new Uint32Array(count + 1);
  for (let index = 0; index < count; index++) {
    bounds[index + 1] = (bounds[index] ?? 0) + (ends[index] ?? 0) - (starts[index] ?? 0);
  }
  const packed = new Uint8Array(bounds[count] ?? 0);
  for (let index = 0; index < count; index++) {
    let at = bounds[index] ?? 0;
    for (let from = starts[index] ?? 0, end = ends[index] ?? 0; from < end; from++) packed[at++] = bytes[from] ?? 0;
  }
  const text = decoder.decode(packed.subarray(0, bounds[count]));
  const isAscii = text.length === bounds[count];
  for (let index = 0; index < count; index++) {
    const [from = 0, to = 0] = [bounds[index], bounds[index + 1]];
    const name = isAscii ? text.slice(from, to) : decoder.decode(packed.subarray(from, to));
    found.push(entryOf(name, types[index]));
  }
}

/** @param type one of {@linkcode NAME_TYPE}. */
export function entryOf(name: string, type: number | undefined): DirectoryEntry {
  const [isDirectory, isFile] = [type === NAME_TYPE.directory, type === NAME_TYPE.file];
  return { name, isDirectory, isFile, isSymlink: type === NAME_TYPE.symlink };
}

/** Without a C library there are no stamps. */
function namesOf(entries: readonly DirectoryEntry[]): Names {
  const encoder = new TextEncoder();
  const names = entries.map(({ name }) => encoder.encode(name));
  const bytes = new Uint8Array(names.reduce((sum, { length }) => sum + length, 0));
  const [starts, ends] = [new Uint32Array(names.length), new Uint32Array(names.length)];
  let at = 0;
  for (const [index, name] of names.entries()) {
    bytes.set(name, at);
    starts[index] = at;
    ends[index] = at += name.length;
  }
  const stamp = new Uint32Array(STAMP_WORDS);
  return {
    first: 0,
    count: names.length,
    bytes,
    starts,
    ends,
    types: Uint8Array.from(entries, typeOf),
    stampAt: () => stamp,
  };
}

function typeOf({ isDirectory, isFile, isSymlink }: DirectoryEntry): number {
  if (isFile) return NAME_TYPE.file;
  if (isDirectory) return NAME_TYPE.directory;
  return isSymlink ? NAME_TYPE.symlink : NAME_TYPE.other;
}
