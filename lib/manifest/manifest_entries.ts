import type { Entry, FileEntry } from "./entry.ts";
import type { Demand, FileTable } from "./file_table.ts";
import { PLAIN_ALGORITHMS, PLAIN_DIGEST_BYTES, type PlainManifest } from "./plain_manifest.ts";

/** Gets each file entry of a Manifest: the row of its path, and what it demands, which is good until the next one. */
export type TakeEntry = (row: number, demand: Demand) => void;

const FILES = new TextEncoder().encode("files");
const SLASH = 0x2f;

/** Gives the entries of a plain Manifest, which has a row. */
export function takePlain(table: FileTable, plain: PlainManifest, manifest: number, take: TakeEntry): void {
  const { bytes, digests, ends, names: nameStarts, sizes, starts } = plain;
  const { names } = table;
  const base = names.directoryOf(manifest);
  for (let index = 0; index < plain.count; index++) {
    const [tag, start = 0, name = 0, end = 0] = [plain.tagOf(index), starts[index], nameStarts[index], ends[index]];
    let directory = tag === "AUX" ? names.directoryIn(base, FILES, 0, FILES.length) : base;
    for (let from = start; from < name;) {
      const slash = bytes.indexOf(SLASH, from);
      directory = names.directoryIn(directory, bytes, from, slash);
      from = slash + 1;
    }
    take(names.row(directory, bytes, name, end), {
      tag,
      size: sizes[index] ?? 0,
      algorithms: PLAIN_ALGORITHMS,
      digests: digests.subarray(index * PLAIN_DIGEST_BYTES, (index + 1) * PLAIN_DIGEST_BYTES),
      hasUnknownDigests: false,
    });
  }
}

/** Gives those of entries that are of files. */
export function takeParsed(table: FileTable, entries: readonly Entry[], take: TakeEntry): void {
  for (const entry of entries) if (entry.kind === "file") take(table.names.rowOfPath(entry.path), demandOf(entry));
}

function demandOf({ tag, size, digests, hasUnknownDigests }: FileEntry): Demand {
  const bytes = Uint8Array.fromHex(digests.map(({ hex }) => hex).join(""));
  return { tag, size, algorithms: digests.map(({ algorithm }) => algorithm), digests: bytes, hasUnknownDigests };
}
