import { gunzipSync } from "node:zlib";
import { LIMITS } from "./limits.ts";
import { type Problem, problem } from "./problem.ts";

const OTHER_SUFFIXES: ReadonlySet<string> = new Set(["bz2", "xz", "lzma", "lz4", "lz", "lzo", "zst"]);

/** The problem of a Manifest whose name says that it is compressed in a way that rcusync cannot undo. */
export function unsupportedCompression(path: string): Problem | undefined {
  const suffix = suffixOf(path);
  if (!OTHER_SUFFIXES.has(suffix)) return undefined;
  return problem("unsupported-compression", path, `Compressed as .${suffix}; only .gz is supported`);
}

/** Whether the name of a Manifest says that it is compressed. */
export function isCompressed(path: string): boolean {
  return suffixOf(path) === "gz";
}

/** Bytes of a Manifest as it is parsed, or why they cannot be had. */
export type Decompressed = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly problem: Problem };

/** Undoes the compression that the name of the Manifest tells. */
export function decompress(bytes: Uint8Array<ArrayBuffer>, path: string): Decompressed {
  // The reference takes an empty .gz file for one without entries.
  if (!isCompressed(path) || bytes.length === 0) return { bytes };
  try {
    return { bytes: new Uint8Array(gunzipSync(bytes, { maxOutputLength: LIMITS.manifestBytes })) };
  } catch (error) {
    if (error instanceof RangeError) {
      return { problem: problem("too-large", path, `More than ${LIMITS.manifestBytes} bytes when decompressed`) };
    }
    return { problem: problem("bad-compression", path, "Not a whole and correct gzip file") };
  }
}

/** What follows the last dot of the last component. */
function suffixOf(path: string): string {
  return /\.([^./]*)$/.exec(path)?.[1] ?? "";
}
