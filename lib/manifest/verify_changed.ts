import type { HashPool } from "../host/hash_pool.ts";
import { compareChangeTimes, isNoFile, sameStamp, sizeOf, STAMP_WORDS, type Stamps } from "../host/stamps.ts";
import { wrongFiles } from "./entry_files.ts";
import type { FileEntry } from "./entry.ts";
import { Fingerprinter } from "./fingerprint.ts";
import { recognizable } from "./recognizable.ts";
import type { SeenFiles } from "./seen_files.ts";

/** A file that is as its entry demands. */
export interface RightFile {
  readonly path: string;
  /** Of when it was read where it is now, or of when it came there from where it was read. */
  readonly stamp: Uint32Array<ArrayBuffer>;
  /** Of its entry. */
  readonly print: Uint32Array<ArrayBuffer>;
}

/**
 * Returns what a later verification can recognize the files of `entries` below `root` by, which were right by all
 * digests where they came from. Those that could not be followed from there are read; `undefined` when one is not as it
 * must be, changes meanwhile, or is so new that a later write could share its change time.
 *
 * @param followed the stamps that those had when they came; who has another now is read.
 * @param settle gives the stamp of a file that was made after the last change, more than a tick of the file
 *   system's clock ago; `undefined` when there is none.
 */
export async function verifyChanged(
  { followed, ...reading }: VerifyReading & { readonly followed: SeenFiles },
  entries: readonly FileEntry[],
): Promise<readonly RightFile[] | undefined> {
  const right: RightFile[] = [];
  const unknown: FileEntry[] = [];
  const now = stampsOf(reading.stamps, reading.root, entries.filter(({ path }) => followed.has(path)));
  const printOf = printer();
  for (const entry of entries) {
    const [stamp, later] = [followed.get(entry.path), now.get(entry.path)];
    if (stamp === undefined || later === undefined || !sameStamp(stamp, 0, later, 0)) unknown.push(entry);
    else right.push({ path: entry.path, stamp, print: printOf(entry) });
  }
  const read = unknown.length === 0 ? [] : await readChanged(reading, unknown);
  return read && [...right, ...read];
}

interface VerifyReading {
  readonly stamps: Stamps;
  readonly pool: HashPool;
  readonly root: string;
  readonly settle: () => Promise<Uint32Array | undefined>;
}

async function readChanged(
  { stamps, pool, root, settle }: VerifyReading,
  entries: readonly FileEntry[],
): Promise<readonly RightFile[] | undefined> {
  const settled = await settle();
  if (settled === undefined) return undefined;
  const before = stampsOf(stamps, root, entries);
  const isFit = (entry: FileEntry) => {
    const stamp = before.get(entry.path);
    return stamp !== undefined && !isNoFile(stamp, 0) && sizeOf(stamp, 0) === entry.size &&
      compareChangeTimes(stamp, 0, settled, 0) <= 0;
  };
  if (!entries.every(isFit)) return undefined;
  if ((await wrongFiles({ pool, root }, entries.map(recognizable))).size > 0) return undefined;
  const after = stampsOf(stamps, root, entries);
  const printOf = printer();
  const right = entries.flatMap((entry): RightFile[] => {
    const [stamp, later] = [before.get(entry.path), after.get(entry.path)];
    if (stamp === undefined || later === undefined || !sameStamp(stamp, 0, later, 0)) return [];
    return [{ path: entry.path, stamp, print: printOf(entry) }];
  });
  return right.length === entries.length ? right : undefined;
}

function stampsOf(
  stamps: Stamps,
  root: string,
  entries: readonly FileEntry[],
): ReadonlyMap<string, Uint32Array<ArrayBuffer>> {
  const names = Map.groupBy(entries, ({ path }) => path.slice(0, Math.max(0, path.lastIndexOf("/"))));
  const found = new Map<string, Uint32Array<ArrayBuffer>>();
  for (const [dir, inside] of names) {
    const words = stamps.of(`${root}/${dir}`, inside.map(({ path }) => path.slice(path.lastIndexOf("/") + 1)));
    inside.forEach(({ path }, index) => found.set(path, words.slice(index * STAMP_WORDS, (index + 1) * STAMP_WORDS)));
  }
  return found;
}

function printer(): (entry: FileEntry) => Uint32Array<ArrayBuffer> {
  const fingerprinter = new Fingerprinter();
  return ({ digests }) => {
    const bytes = Uint8Array.fromHex(digests.map(({ hex }) => hex).join(""));
    return fingerprinter.of(bytes, digests.map(({ algorithm }) => algorithm)).slice();
  };
}
