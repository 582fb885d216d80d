import type { HashPool } from "../host/hash_pool.ts";
import type { System } from "../host/system.ts";
import type { FileTable } from "./file_table.ts";
import type { IgnoredPaths } from "./ignored_paths.ts";
import type { Learner } from "./memory.ts";
import type { ProblemList } from "./problem_list.ts";
import type { Keyring } from "./signature.ts";
import type { TreeLocator } from "./tree_location.ts";

/** One verification of one tree: what its steps share. */
export interface Verification {
  readonly system: Pick<System, "files" | "clock">;
  /** Absolute, without a slash at the end. */
  readonly root: string;
  readonly keyring: Keyring;
  readonly nowMs: number;
  readonly pool: HashPool;
  readonly locator: TreeLocator;
  readonly table: FileTable;
  readonly ignored: IgnoredPaths;
  readonly problems: ProblemList;
  readonly counters: Counters;
  /** Absent when nothing is remembered. */
  readonly learner: Learner | undefined;
  readonly signal: AbortSignal | undefined;
  /** Called now and then. */
  readonly onProgress: (counters: Readonly<Counters>) => void;
}

/** How far a verification is. */
export interface Counters {
  /** Files compared, Manifests not counted. */
  files: number;
  /** Files that there are to compare; it grows until all Manifests are read. */
  totalFiles: number;
  /** Manifests read. */
  manifests: number;
  /** Files read and hashed, Manifests among them; those that were recognized are not. */
  hashed: number;
  /** Bytes read. */
  bytes: number;
}
