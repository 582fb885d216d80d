import { thisMachine } from "../../lib/host/this_machine.ts";
import { describeProblem } from "../../lib/manifest/problem.ts";
import { verifyRepository } from "../../lib/manifest/verify_repository.ts";
import { openMemory } from "../../lib/storage/verification_memory.ts";
import { ensureStore } from "../../lib/store/access.ts";
import { pointLatest } from "../../lib/store/publish.ts";
import { latestSnapshot } from "../../lib/store/snapshots.ts";
import { type StoreLayout, storeLayout } from "../../lib/store/layout.ts";
import { type SignedTree, signedTree, type SignedTreeOptions } from "./signed_tree.ts";
import { tempDir } from "./temp_dir.ts";

/** What a check came to. */
export interface KnownCheck {
  readonly ok: boolean;
  /** Files that were read. */
  readonly hashed: number;
  /** A line each. */
  readonly problems: readonly string[];
}

/** A signed tree that is snapshot 1 of a store. */
export interface KnownTree extends SignedTree, Disposable {
  readonly layout: StoreLayout;
  /** Checks it; what was verified before is recognized, unless all is to be read. */
  check(extent?: { readonly full: boolean }): Promise<KnownCheck>;
  /** What a check finds that reads everything and remembers nothing, by so many threads; a line each. */
  wholeProblems(jobs: number): Promise<readonly string[]>;
}

/** What {@linkcode knownTree} makes, and how it checks. */
export interface KnownTreeOptions extends Pick<SignedTreeOptions, "files"> {
  /** Threads; 1 when absent. */
  readonly jobs?: number;
}

/** Makes a store with one snapshot; nothing is verified yet. */
export async function knownTree({ jobs = 1, ...options }: KnownTreeOptions = {}): Promise<KnownTree> {
  const temp = tempDir();
  const system = thisMachine();
  const layout = storeLayout(`${temp.path}/store`);
  ensureStore(system, layout);
  // Its key file is not to lie among the snapshots.
  const made = await signedTree(`${temp.path}/tree`, options);
  const dir = `${layout.snapshots}/1`;
  Deno.renameSync(made.dir, dir);
  pointLatest(system, layout, 1);
  return {
    ...made,
    dir,
    layout,
    check: async ({ full } = { full: false }) => {
      const { memory, remember } = openMemory(system, layout, { full, fullEveryDays: 30 });
      const snapshot = latestSnapshot(system.files, layout);
      const verdict = await verifyRepository(system, { tree: dir, keyPath: made.keyPath, jobs, memory });
      if (!verdict.ok) return { ok: false, hashed: 0, problems: verdict.problems.map(describeProblem) };
      if (snapshot !== undefined) remember(snapshot, verdict.textDigest);
      return { ok: true, hashed: verdict.hashed, problems: [] };
    },
    wholeProblems: async (jobs) => {
      const verdict = await verifyRepository(system, { tree: dir, keyPath: made.keyPath, jobs });
      return verdict.ok ? [] : verdict.problems.map(describeProblem);
    },
    [Symbol.dispose]: () => temp[Symbol.dispose](),
  };
}
