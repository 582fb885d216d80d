import { errnoOf } from "../base/errno.ts";
import { LOCAL_NAMES } from "../base/local_names.ts";
import { type ListedPart, visitListed } from "../host/shared_list.ts";
import { NAME_TYPE, type Names } from "../host/tree_names.ts";
import type { FileTable } from "./file_table.ts";
import { ROW } from "./row_flags.ts";
import { ROOT_DIRECTORY } from "./name_index.ts";
import type { SharedScan } from "./shared_scan.ts";
import type { Verification } from "./verification.ts";

/** What is in the tree besides directories and regular files where no link leads. */
export type Odd = OddName | UnlistedDirectory;

/** A directory or a file as it appears in the tree, and where it really is when a link led there. */
export interface Place {
  /** From the root of the tree; empty for the root. */
  readonly path: string;
  readonly realPath: string;
}

/** What remains to be judged by itself. */
export interface OddName extends Place {
  /** `twin`: a second name that cannot be told from another. */
  readonly type: "file" | "symlink" | "other" | "twin";
}

/** A directory that could not be listed. */
export interface UnlistedDirectory extends Place {
  readonly type: "unlisted";
  readonly errno: string;
}

/** What a scan found. */
export interface Scan {
  readonly odd: Odd[];
  /** Directories left out for now. */
  readonly left: number[];
}

const YIELD_EVERY = 2000;

/**
 * Lists the tree below the root, except what begins with a dot, and marks each regular file in the table: that it is
 * there, and whether it has the stamp by which it is known. Nothing is opened but directories, no link is followed.
 *
 * @param shared what another thread has begun to list.
 */
export async function scanTree(verification: Verification, shared: SharedScan | undefined): Promise<Scan> {
  const scanner = new Scanner(verification);
  const inRoot: number[] = [];
  scanner.scan(ROOT_DIRECTORY, inRoot);
  if (shared === undefined) {
    await scanner.scanAll(inRoot);
    return scanner.found;
  }
  const { names } = verification.table;
  const directories = shared.names.map((name) => names.directoryOfPath(name));
  const isShared = new Set(directories);
  await scanner.scanAll(inRoot.filter((directory) => !isShared.has(directory)));
  await scanner.scanShared(shared, directories);
  return scanner.found;
}

/** Lists some directories, and all below. */
export async function scanDirectories(verification: Verification, directories: readonly number[]): Promise<Scan> {
  const scanner = new Scanner(verification);
  await scanner.scanAll(directories);
  return scanner.found;
}

/** Longest path there is, with its end. */
const PATH_BYTES = 4096;

class Scanner {
  readonly found: Scan = { odd: [], left: [] };
  readonly #verification: Verification;
  readonly #path = new Uint8Array(2 * PATH_BYTES);
  readonly #rootEnd: number;
  #listed = 0;

  constructor(verification: Verification) {
    this.#verification = verification;
    this.#rootEnd = new TextEncoder().encodeInto(verification.root, this.#path).written;
  }

  async scanAll(directories: readonly number[]): Promise<void> {
    const { signal, system } = this.#verification;
    const pending = [...directories];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      this.scan(next, pending);
      if (++this.#listed % YIELD_EVERY === 0) await system.clock.yield();
      signal?.throwIfAborted();
    }
  }

  /** Lists `directories`, all below, and takes over what the other thread has listed of them. */
  async scanShared(shared: SharedScan, directories: readonly number[]): Promise<void> {
    /** In the order in which the other thread met them. */
    const met: number[] = [];
    const failed: number[] = [];
    const takeOver = (part: ListedPart) => this.#meetListed(part, { directories, met, failed });
    for (let index = shared.take(); index !== undefined; index = shared.take()) {
      await this.scanAll([directories[index] ?? ROOT_DIRECTORY]);
      for (let part = shared.arrived(); part !== undefined; part = shared.arrived()) takeOver(part);
    }
    for (let part = await shared.next(); part !== undefined; part = await shared.next()) takeOver(part);
    await this.scanAll(failed);
  }

  #meetListed(
    part: ListedPart,
    { directories, met, failed }: {
      readonly directories: readonly number[];
      readonly met: number[];
      readonly failed: number[];
    },
  ): void {
    visitListed(part, (number, names) => {
      const directory = (number < 0 ? directories[-1 - number] : met[number]) ?? ROOT_DIRECTORY;
      if (names === undefined) failed.push(directory);
      else this.meet(directory, names, met);
    });
    // The garbage collector would let them pile up.
    const columns: readonly ListedPart[keyof ListedPart][] = Object.values(part);
    for (const { buffer } of columns) buffer.transfer(0);
  }

  /** Lists one directory; those in it are added to `pending`. */
  scan(directory: number, pending: number[]): void {
    const { system, table } = this.#verification;
    const end = table.names.copyPath(directory, this.#path, this.#rootEnd);
    this.#path[end] = 0;
    try {
      if (end >= PATH_BYTES) throw Object.assign(new Error("ENAMETOOLONG"), { code: "ENAMETOOLONG" });
      system.files.treeNames.visit(this.#path.subarray(0, end + 1), (names) => this.meet(directory, names, pending));
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === undefined) throw error;
      const path = table.names.directoryPath(directory);
      this.found.odd.push({ path, realPath: path, type: "unlisted", errno });
    }
  }

  /** Takes over names of a directory. */
  meet(directory: number, names: Names, pending: number[]): void {
    const { table } = this.#verification;
    table.reserve(table.names.count + names.count);
    for (let index = names.first, last = index + names.count; index < last; index++) {
      const [start = 0, end = 0, type] = [names.starts[index], names.ends[index], names.types[index]];
      if (names.bytes[start] === DOT) continue;
      if (type === NAME_TYPE.directory) {
        const child = table.names.directoryIn(directory, names.bytes, start, end);
        (directory === ROOT_DIRECTORY && isRarelyVerified(table, child) ? this.found.left : pending).push(child);
        continue;
      }
      const row = table.names.row(directory, names.bytes, start, end);
      if (type === NAME_TYPE.file && markFile(table, row, { names, index })) continue;
      const path = table.names.pathOf(row);
      this.found.odd.push({ path, realPath: path, type: oddType(type) });
    }
  }
}

const DOT = 0x2e;

/** What most trees ignore, and what may be large: looked at only if no entry says so. */
function isRarelyVerified({ names }: FileTable, directory: number): boolean {
  return LOCAL_NAMES.has(names.directoryPath(directory));
}

/** False for a second name that looks the same: one that is not valid UTF-8 can. */
function markFile(
  table: FileTable,
  row: number,
  { names, index }: { readonly names: Names; readonly index: number },
): boolean {
  if (table.is(row, ROW.present)) return false;
  table.mark(row, ROW.present);
  if (!table.facts.hasAny(row)) return true;
  const stamp = names.stampAt(index);
  if (table.facts.hasStamp(row, stamp)) table.mark(row, ROW.recognized);
  else if (table.facts.isAltered(row, stamp)) table.mark(row, ROW.altered);
  return true;
}

function oddType(type: number | undefined): OddName["type"] {
  if (type === NAME_TYPE.file) return "twin";
  return type === NAME_TYPE.symlink ? "symlink" : "other";
}

/** What is below a directory that a link leads to: nothing of it is remembered. */
export function listLinked({ root, system }: Verification, from: Place): Odd[] {
  const odd: Odd[] = [];
  const pending = [from];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { path, realPath } = place;
    try {
      for (const { name, isDirectory, isFile, isSymlink } of system.files.readDir(`${root}/${realPath}`)) {
        if (name.startsWith(".")) continue;
        const child = { path: `${path}/${name}`, realPath: realPath === "" ? name : `${realPath}/${name}` };
        if (isDirectory) pending.push(child);
        else odd.push({ ...child, type: isFile ? "file" : isSymlink ? "symlink" : "other" });
      }
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === undefined) throw error;
      odd.push({ ...place, type: "unlisted", errno });
    }
  }
  return odd;
}
