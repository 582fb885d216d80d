import { looksSigned } from "./cleartext.ts";
import { decompress } from "./decompress.ts";
import type { Entry } from "./entry.ts";
import type { FileTable } from "./file_table.ts";
import { type TakeEntry, takeParsed, takePlain } from "./manifest_entries.ts";
import { manifestText } from "./manifest_text.ts";
import { parseManifest } from "./parse.ts";
import type { PlainManifest } from "./plain_manifest.ts";
import type { Problem } from "./problem.ts";

/** What the bytes of a sub-Manifest are. */
export type ManifestContents =
  | Entries
  /** A cleartext message, decompressed: its signature has to be checked before anything is believed. */
  | { readonly kind: "signed"; readonly bytes: Uint8Array }
  | { readonly kind: "wrong"; readonly problems: readonly Problem[] };

/** What a Manifest says. */
export interface Entries {
  readonly kind: "entries";
  /** How many lines there are at most that count. */
  readonly count: number;
  /** Those that name no file. */
  readonly others: readonly Entry[];
  /** Gives those that do; to be called before the next Manifest is read. */
  takeFiles(table: FileTable, take: TakeEntry): void;
}

/** Decompresses and parses the bytes of a Manifest, by its row, whose digests are right. */
export function manifestContents(
  { names }: FileTable,
  { manifest, bytes }: { readonly manifest: number; readonly bytes: Uint8Array<ArrayBuffer> },
  plain: PlainManifest,
): ManifestContents {
  const path = names.pathOf(manifest);
  const unpacked = decompress(bytes, path);
  if ("problem" in unpacked) return { kind: "wrong", problems: [unpacked.problem] };
  if (plain.read(unpacked.bytes)) {
    const takeFiles = (table: FileTable, take: TakeEntry) => takePlain(table, plain, manifest, take);
    return { kind: "entries", count: plain.count, others: [], takeFiles };
  }
  if (looksSigned(unpacked.bytes)) return { kind: "signed", bytes: unpacked.bytes };
  const text = manifestText(unpacked.bytes, path);
  return "problem" in text ? { kind: "wrong", problems: [text.problem] } : parsedContents(text.text, path);
}

/** Parses the text of the Manifest at `path`. */
export function parsedContents(text: string, path: string): ManifestContents {
  const { entries, problems } = parseManifest(text, path);
  return problems.length > 0 ? { kind: "wrong", problems } : entriesOf(entries);
}

/** The same for entries that have been parsed. */
export function entriesOf(entries: readonly Entry[]): Entries {
  return {
    kind: "entries",
    count: entries.length,
    others: entries.filter(({ kind }) => kind !== "file"),
    takeFiles: (table, take) => takeParsed(table, entries, take),
  };
}
