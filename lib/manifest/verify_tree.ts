import { type HashPool, hashPool } from "../host/hash_pool.ts";
import { STAMP_WORDS } from "../host/stamps.ts";
import type { System } from "../host/system.ts";
import { checkBatches } from "./check_batches.ts";
import { FileTable } from "./file_table.ts";
import { ROW } from "./row_flags.ts";
import { failureProblem } from "./hash_check.ts";
import { IgnoredPaths } from "./ignored_paths.ts";
import { loadManifests } from "./load_manifests.ts";
import type { Problem } from "./problem.ts";
import { ProblemList } from "./problem_list.ts";
import { Learner, type Memory } from "./memory.ts";
import type { Keyring } from "./signature.ts";
import type { TimestampPolicy } from "./timestamp_policy.ts";
import { checkTopManifest, type TopManifest } from "./top_manifest.ts";
import { TreeLocator } from "./tree_location.ts";
import type { Counters, Verification } from "./verification.ts";
import { type Odd, scanDirectories, scanTree } from "./scan_tree.ts";
import type { SharedScan } from "./shared_scan.ts";
import { judgeFiles } from "./judge_files.ts";

/** What to verify, and how. */
export interface TreeToVerify {
  /** Absolute path of the tree; nothing above it is looked at. */
  readonly root: string;
  /** What another thread has begun to list. */
  readonly shared: SharedScan | undefined;
  readonly keyring: Keyring;
  readonly timestampPolicy: TimestampPolicy;
  /** Threads that hash. */
  readonly jobs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((counters: Readonly<Counters>) => void) | undefined;
  /** What files are recognized by; absent: every file is read. */
  readonly memory?: Memory | undefined;
}

/** The verdict on a whole tree. */
export type TreeVerdict = VerifiedTree | RejectedTree;

/** Every covered byte and every name is what the signature vouches for. */
export interface VerifiedTree {
  readonly ok: true;
  readonly top: TopManifest;
  readonly counters: Readonly<Counters>;
}

/** What is wrong: of the Manifests, or when those are right, of the files. */
export interface RejectedTree {
  readonly ok: false;
  /** By path; at most 10,000. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
  readonly counters: Readonly<Counters>;
}

/**
 * Verifies a full-tree Manifest tree (GLEP 74): signature, Manifests from the top down, then every file. All problems
 * of the step that fails are reported. The tree must not change meanwhile.
 *
 * @throws the signal's reason when it aborts.
 */
export async function verifyTree(
  system: Pick<System, "files" | "clock">,
  tree: TreeToVerify,
): Promise<TreeVerdict> {
  using pool = hashPool(tree.jobs, { lent: tree.shared?.thread });
  const verification = await start(system, tree, pool);
  const check = await checkTopManifest(system, tree, tree.timestampPolicy);
  if ("problems" in check) {
    verification.problems.add(...check.problems);
    return rejected(verification);
  }
  const scan = await scanTree(verification, tree.shared);
  await loadManifests(verification, check.top.entries);
  // What a Manifest that could not be read expects is unknown, so files cannot be judged.
  if (verification.problems.count > 0) return rejected(verification);
  const { ignored, table } = verification;
  const rest = await scanDirectories(
    verification,
    scan.left.filter((one) => !ignored.has(table.names.directoryPath(one))),
  );
  await compareFiles(verification, [...scan.odd, ...rest.odd]);
  if (verification.problems.count > 0) return rejected(verification);
  return { ok: true, top: check.top, counters: verification.counters };
}

async function start(
  system: Verification["system"],
  tree: TreeToVerify,
  pool: HashPool,
): Promise<Verification> {
  const { memory, root } = tree;
  const table = memory?.load() ?? new FileTable();
  return {
    system,
    root,
    keyring: tree.keyring,
    nowMs: tree.timestampPolicy.nowMs,
    pool,
    locator: new TreeLocator(system.files, tree.root),
    table,
    learner: memory && new Learner(table, await memory.settle()),
    ignored: new IgnoredPaths(),
    problems: new ProblemList(),
    counters: { files: 0, totalFiles: 0, manifests: 1, hashed: 1, bytes: 0 },
    signal: tree.signal,
    onProgress: tree.onProgress ?? (() => {}),
  };
}

async function compareFiles(verification: Verification, odd: readonly Odd[]): Promise<void> {
  const { counters, learner, pool, problems, signal, system, table } = verification;
  await checkBatches(system, judgeFiles(verification, odd), {
    pool,
    options: { keep: false, stamp: learner !== undefined },
    signal,
    onReport: (rows, { bytes, failures, stamps }) => {
      counters.files += rows.length;
      counters.bytes += bytes;
      for (const failure of failures) {
        const row = rows[failure.index];
        if (row === undefined) continue;
        const found = failureProblem(table, row, failure);
        problems.add(table.isAltered(row) ? { ...found, altered: true } : found);
      }
      // After a failure nothing is remembered, so that all that were read can be noted.
      rows.forEach((row, index) => table.is(row, ROW.present) && learner?.learn(row, stamps, index * STAMP_WORDS));
      verification.onProgress(counters);
    },
  });
}

function rejected({ counters, problems }: Verification): RejectedTree {
  return { ok: false, problems: problems.sorted(), problemCount: problems.count, counters };
}
