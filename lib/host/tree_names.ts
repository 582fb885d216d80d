import type { DirectoryEntry } from "./files.ts";
import { openLister } from "./list_tree.js";
import workerProgram from "./list_tree.js" with { type: "text" };
import { STAMP_REQUEST, STAMP_WORDS, type StampRequest } from "./stamps.ts";
import { startTextWorker } from "./text_worker.ts";

/** What names stand for, as getdents64(2) tells it. */
export const NAME_TYPE = { directory: 4, file: 8, symlink: 10, other: 255 } as const;

/** Some names of a directory, without `.` and `..`, in arrays that are used again for the next ones. */
export interface Names {
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

/** Trees that another thread lists, and this one, whoever takes one first. End it with `using`. */
export interface SharedList extends Disposable {
  /** Takes a tree from the other thread: its number in the list; `undefined` when there are no more. */
  take(): number | undefined;
  /** What the other thread has listed. Rejects when it breaks down. */
  readonly listed: Promise<ListedTrees>;
}

/** Trees in a few arrays. */
export interface ListedTrees {
  /** By directory, those above first: its first name; it has all before the next directory's. */
  readonly firsts: Uint32Array<ArrayBuffer>;
  /** Its own name, in the directory above. */
  readonly ownNames: Uint32Array<ArrayBuffer>;
  /** The directory above; of the tree at `index` of the list -1 - index. */
  readonly parents: Int32Array<ArrayBuffer>;
  /** Whether something was in the way: then nothing of it is here, nor of what is below. */
  readonly failed: Uint8Array<ArrayBuffer>;
  /** All names, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** By name. */
  readonly ends: Uint32Array<ArrayBuffer>;
  /** As of {@linkcode Names}. */
  readonly types: Uint8Array<ArrayBuffer>;
  /** Of files, if they are wanted. */
  readonly stamps: Uint32Array<ArrayBuffer>;
}

/** What is sent to the other thread. */
export interface ListJob {
  readonly paths: readonly string[];
  /** The next path to be taken, in shared memory. */
  readonly next: Int32Array<SharedArrayBuffer>;
  readonly stamp: StampRequest;
  readonly wantsStamps: boolean;
}

/**
 * Lists by the C library where there is one that can, else by `readDir`, which also tells what is wrong where that fails.
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

function shareList(paths: readonly string[], wantsStamps: boolean): SharedList {
  const next = new Int32Array(new SharedArrayBuffer(4));
  const { promise, resolve, reject } = Promise.withResolvers<ListedTrees>();
  // It is awaited when this thread is done; until then a rejection must not count as unhandled.
  promise.catch(() => {});
  const worker = startTextWorker(workerProgram, "rcusync list worker", {
    onMessage: (event: MessageEvent<ListedTrees>) => resolve(event.data),
    onError: reject,
  });
  const job: ListJob = { paths, next, stamp: STAMP_REQUEST, wantsStamps };
  worker.postMessage(job);
  return {
    take: () => {
      const index = Atomics.add(next, 0, 1);
      return index < paths.length ? index : undefined;
    },
    listed: promise,
    [Symbol.dispose]: () => worker.terminate(),
  };
}

/** One directory of {@linkcode ListedTrees}. */
export interface ListedDirectory {
  readonly index: number;
  /** The directory above; of the tree at `index` of the list -1 - index. */
  readonly parent: number;
  /** Where its own name is, unless the list itself has it. */
  readonly start: number;
  readonly end: number;
  /** `undefined` when something was in the way: then nothing of it is here, nor of what is below. */
  readonly names: Names | undefined;
}

/** Calls `visit` with each directory that was listed, those above first. */
export function visitListed(listed: ListedTrees, visit: (directory: ListedDirectory) => void): void {
  const { bytes, ends, failed, firsts, ownNames, parents, stamps, types } = listed;
  const starts = new Uint32Array(ends.length + 1);
  starts.set(ends, 1);
  const stamp = new Uint32Array(STAMP_WORDS);
  for (let index = 0; index < firsts.length; index++) {
    const [first = 0, next = ends.length, own = 0] = [firsts[index], firsts[index + 1], ownNames[index]];
    const stampAt = (name: number) => {
      const at = (first + name) * STAMP_WORDS;
      for (let word = 0; word < STAMP_WORDS; word++) stamp[word] = stamps[at + word] ?? 0;
      return stamp;
    };
    const columns = { starts: starts.subarray(first), ends: ends.subarray(first), types: types.subarray(first) };
    const names = failed[index] === 1 ? undefined : { count: next - first, bytes, ...columns, stampAt };
    visit({ index, parent: parents[index] ?? 0, start: starts[own] ?? 0, end: ends[own] ?? 0, names });
  }
}

const decoder = new TextDecoder();

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
    const type = types[index];
    const [isDirectory, isFile] = [type === NAME_TYPE.directory, type === NAME_TYPE.file];
    found.push({ name, isDirectory, isFile, isSymlink: type === NAME_TYPE.symlink });
  }
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
  return { count: names.length, bytes, starts, ends, types: Uint8Array.from(entries, typeOf), stampAt: () => stamp };
}

function typeOf({ isDirectory, isFile, isSymlink }: DirectoryEntry): number {
  if (isFile) return NAME_TYPE.file;
  if (isDirectory) return NAME_TYPE.directory;
  return isSymlink ? NAME_TYPE.symlink : NAME_TYPE.other;
}
