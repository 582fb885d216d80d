/* What goes to the threads of hash_pool.ts and comes back. Objects are few: each piece is copied on its way. */

import type { StampRequest } from "./stamps.ts";

/** A file and what it must be. */
export interface HashJob {
  /** Absolute; opened without following a link in its last component. */
  readonly path: string;
  readonly size: number;
  /** Names of node:crypto, one blank between them; empty: read without hashing. */
  readonly algorithms: string;
  /** In hex, in the order of `algorithms`, one blank between them. */
  readonly digests: string;
}

/** How pairs of files are compared. */
export interface Comparison {
  /** For each pair: 1 when both files are compressed by gzip. */
  readonly unpack: Uint8Array<ArrayBuffer>;
  /** The most that a file may come to when it is unpacked. */
  readonly mostBytes: number;
}

/** What two texts have in common, as sets of lines. */
export interface ComparedLines {
  /** Where the lines that both have begin in the new text; nearly all in order. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** Runs of these lines that are about the same directory, RUN_WORDS of line_runs.js for each. */
  readonly runs: Uint32Array<ArrayBuffer>;
  /**
   * For each run the first field of its lines, a blank and the directory in their second, without a slash at its end;
   * nothing for a line that is not plain. Each followed by LF.
   */
  readonly heads: string;
  /** Lines that only the new text has, with their ends. */
  readonly added: Uint8Array<ArrayBuffer>;
  /** Those that only the old one has. */
  readonly removed: Uint8Array<ArrayBuffer>;
}

/** How the second file of a pair differs from the first. */
export interface ComparedPair extends ComparedLines {
  /** The new text. */
  readonly text: Uint8Array<ArrayBuffer>;
}

/**
 * Jobs as they go to a worker, in columns with NUL between values: a piece each to be copied, where jobs were
 * thousands.
 */
export interface HashBatch {
  readonly paths: string;
  readonly sizes: Float64Array<ArrayBuffer>;
  readonly algorithms: string;
  readonly digests: string;
  readonly keep: boolean;
  readonly stamp: StampRequest | undefined;
  readonly compare: Comparison | undefined;
}

/** Why a file is not what it must be. `type`: not a regular file; `io`: could not be read. */
export interface HashFailure {
  readonly kind: "size" | "digest" | "missing" | "type" | "io";
  /** What was found: bytes, digests, a file type, an errno name. */
  readonly actual: string;
}

/** What became of a batch. */
export interface HashReport {
  /** Bytes read. */
  bytes: number;
  /** Those that failed, by their place in the batch, in order. */
  readonly failures: (HashFailure & { readonly index: number })[];
  /** The bytes of those that did not fail, one after the other, if they are to be kept. */
  readonly contents: Uint8Array<ArrayBuffer>;
  /** A stamp for each job, if wanted; all zeros for what was not there or was written to meanwhile. */
  readonly stamps: Uint32Array<ArrayBuffer>;
  /**
   * By pair, if they are to be compared, in place of `contents`; `undefined` where one failed or cannot be unpacked.
   */
  readonly pairs?: readonly (ComparedPair | undefined)[];
}

/** Directories as they go to a worker. */
export interface ListingJob {
  /** Absolute. */
  readonly directories: readonly string[];
  readonly stamp: StampRequest;
}

/** What is in some directories, links not followed. */
export interface Listing {
  /** By directory: how many names it has; -1 for one that cannot be listed. */
  readonly counts: Int32Array<ArrayBuffer>;
  /** Those of all directories, each followed by NUL; in UTF-8, with invalid bytes replaced. */
  readonly names: string;
  /** By name, as in tree_names.ts. */
  readonly types: Uint8Array<ArrayBuffer>;
}

/** Directories whose names are to be added up, as they go to a worker. */
export interface SumJob {
  /** Absolute. */
  readonly summed: readonly string[];
  readonly stamp: StampRequest;
}

/** What names come to; see sum_names.js. */
export interface NameSums {
  /** By directory, SUM_WORDS for each. */
  readonly sums: Uint32Array<ArrayBuffer>;
}

/** Directories to be checked by the lists in them, as they go to a worker. */
export interface DirectoryJob {
  /** Of what their parents demand of them. */
  readonly lists: HashBatch;
  /** The digests that prove something: names of node:crypto, by those in the lists. */
  readonly known: ReadonlyMap<string, string>;
  readonly stamp: StampRequest;
}

/** What directories came to. */
export interface DirectoryReport {
  /** Files read. */
  readonly hashed: number;
  /** Absolute: the first file that is not as it must be, or that no list names. */
  readonly wrong?: string | undefined;
  /** Places of lists that have yet to be read otherwise, with all that they name. */
  readonly odd: Uint32Array<ArrayBuffer>;
}
