import { type HashPool, hashPool } from "../host/hash_pool.ts";
import type { System } from "../host/system.ts";
import { checkBatches } from "./check_batches.ts";
import { ExpectedFiles } from "./expected_files.ts";
import { failureProblem } from "./hash_check.ts";
import { IgnoredPaths } from "./ignored_paths.ts";
import { loadManifests } from "./load_manifests.ts";
import type { Problem } from "./problem.ts";
import { ProblemList } from "./problem_list.ts";
import { type Memory, Recognition } from "./recognition.ts";
import type { Keyring } from "./signature.ts";
import type { TimestampPolicy } from "./timestamp_policy.ts";
import { checkTopManifest, type TopManifest } from "./top_manifest.ts";
import { TreeLocator } from "./tree_location.ts";
import type { Counters, Verification } from "./verification.ts";
import { walkTree } from "./walk_tree.ts";

/** What to verify, and how. */
export interface TreeToVerify {
  /** Absolute path of the tree; nothing above it is looked at. */
  readonly root: string;
  readonly keyring: Keyring;
  readonly timestampPolicy: TimestampPolicy;
  /** Threads that hash; the usable processors when absent. */
  readonly jobs?: number | undefined;
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
  system: Pick<System, "files" | "clock" | "environment">,
  tree: TreeToVerify,
): Promise<TreeVerdict> {
  using pool = hashPool(tree.jobs ?? system.environment.processors);
  const check = await checkTopManifest(system, tree, tree.timestampPolicy);
  const verification = await start(system, tree, pool);
  if ("problems" in check) {
    verification.problems.add(...check.problems);
    return rejected(verification);
  }
  await loadManifests(verification, check.top.entries);
  // What a Manifest that could not be read expects is unknown, so files cannot be judged.
  if (verification.problems.count > 0) return rejected(verification);
  await compareFiles(verification);
  if (verification.problems.count > 0) return rejected(verification);
  verification.recognition?.confirm();
  return { ok: true, top: check.top, counters: verification.counters };
}

async function start(
  system: Verification["system"],
  tree: TreeToVerify,
  pool: HashPool,
): Promise<Verification> {
  const { memory, root } = tree;
  const expected = new ExpectedFiles();
  const recognition = memory && new Recognition(memory, { expected, root, settled: await memory.settle() });
  return {
    system,
    root,
    keyring: tree.keyring,
    nowMs: tree.timestampPolicy.nowMs,
    pool,
    locator: new TreeLocator(system.files, tree.root),
    expected,
    recognition,
    ignored: new IgnoredPaths(),
    problems: new ProblemList(),
    counters: { files: 0, totalFiles: 0, manifests: 1, hashed: 1, bytes: 0 },
    signal: tree.signal,
    onProgress: tree.onProgress ?? (() => {}),
  };
}

async function compareFiles(verification: Verification): Promise<void> {
  const { counters, expected, pool, problems, recognition, signal, system } = verification;
  await checkBatches(system, walkTree(verification), {
    pool,
    signal,
    onReport: (batch, report) => {
      counters.files += batch.length;
      counters.bytes += report.bytes;
      for (const failure of report.failures) {
        const met = batch[failure.index];
        if (met === undefined) continue;
        const found = failureProblem(met.path, met.file, failure, expected.digestsOf(met.path));
        problems.add(recognition?.isAltered(met.path) ? { ...found, altered: true } : found);
      }
      verification.onProgress(counters);
    },
  });
}

function rejected({ counters, problems }: Verification): RejectedTree {
  return { ok: false, problems: problems.sorted(), problemCount: problems.count, counters };
}
