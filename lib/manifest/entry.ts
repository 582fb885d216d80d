import type { HashAlgorithm } from "./hash_algorithm.ts";

/** Tags of the entries that name a file of the tree. */
export type FileTag = "MANIFEST" | "DATA" | "EBUILD" | "MISC" | "AUX";

/** A line of a Manifest that says something about the tree. */
export type Entry = FileEntry | IgnoreEntry | TimestampEntry;

/** A file and what it must be. */
export interface FileEntry {
  readonly kind: "file";
  readonly tag: FileTag;
  /** From the root of the tree. */
  readonly path: string;
  readonly size: number;
  /** Those of known algorithms. */
  readonly digests: readonly Digest[];
  /** Whether there were digests of unknown algorithms, which nobody checks. */
  readonly hasUnknownDigests: boolean;
  readonly line: number;
}

/** The value that one algorithm must give, in lower-case hex. */
export interface Digest {
  readonly algorithm: HashAlgorithm;
  readonly hex: string;
}

/** A path that is not verified, with everything below it. */
export interface IgnoreEntry {
  readonly kind: "ignore";
  readonly path: string;
  readonly line: number;
}

/** When the Manifest was made. */
export interface TimestampEntry {
  readonly kind: "timestamp";
  readonly timestampMs: number;
  readonly line: number;
}
