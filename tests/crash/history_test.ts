import { assertEquals } from "@std/assert";
import { migrate, type MigrationTarget, planMigration } from "../../lib/history/migrate.ts";
import { rollBack } from "../../lib/history/rollback.ts";
import type { Files } from "../../lib/host/files.ts";
import type { System } from "../../lib/host/system.ts";
import { thisMachine } from "../../lib/host/this_machine.ts";
import type { Repository } from "../../lib/repos_conf/repository.ts";
import { rcuStorage, repositoryWith } from "../support/repository.ts";
import { steppedFiles } from "../support/stepped_files.ts";
import { leftovers, treeText } from "../support/store_state.ts";
import { tempDir } from "../support/temp_dir.ts";
import { upstreamTree, writeUpstream } from "../support/upstream_tree.ts";

/*
 * Each case cuts an operation off before its first, second … change of the disk, as a kill does: nothing after that
 * call happens, no clean-up either. LOCATION must show a complete tree then, and the same operation, run again, must
 * finish.
 */

/** A system whose files do `changes` changes, and no more. */
function dyingAfter(
  changes: number,
  without: Partial<Files>,
): { readonly system: System; readonly isDead: () => boolean } {
  const machine = thisMachine();
  let left = changes;
  const files = steppedFiles({ ...machine.files, ...without }, (step, act) => {
    if (left < 0 || (step.changes && --left < 0)) throw new Error(`Dead before ${step.name} ${step.path}`);
    return act();
  });
  return { system: { ...machine, files }, isDead: () => left < 0 };
}

/** What cannot exchange two names: another kernel, another C library. */
const NO_EXCHANGE: Partial<Files> = {
  exchange: () => {
    throw Object.assign(new Error("ENOSYS"), { code: "ENOSYS" });
  },
};

const LOCK = { waitSeconds: 0, signal: new AbortController().signal, onWait: () => {} };

interface Scene extends Disposable {
  readonly repository: Repository;
  readonly location: string;
  readonly store: string;
}

/** A store with the snapshots 1 and 2, LOCATION leading to the latter. */
function publishedScene(): Scene {
  const { repository, location, store, ...dir } = emptyScene();
  for (const id of [1, 2]) {
    upstreamTree(`${store}/snapshots/${id}`);
    writeUpstream(`${store}/snapshots/${id}`, "profiles/id", `${id}\n`);
  }
  Deno.symlinkSync("snapshots/2", `${store}/latest`);
  Deno.symlinkSync(`${store}/latest`, location);
  return { repository, location, store, ...dir };
}

function plainScene(): Scene {
  const scene = emptyScene();
  upstreamTree(scene.location);
  return scene;
}

function emptyScene(): Scene {
  const dir = tempDir();
  const path = Deno.realPathSync(dir.path);
  const [location, store] = [`${path}/repos/loc`, `${path}/store`];
  Deno.mkdirSync(`${path}/repos`);
  const repository = repositoryWith({ location, locationInside: location, storage: rcuStorage(store) });
  return { repository, location, store, [Symbol.dispose]: () => dir[Symbol.dispose]() };
}

interface Operation {
  readonly name: string;
  readonly prepare: () => Scene;
  readonly run: (system: System, scene: Scene) => Promise<unknown>;
  /** Checks the result of a run that was not cut off, and of one that was and then run again. */
  readonly done: (scene: Scene) => void;
  readonly without?: Partial<Files>;
  /** Without an exchange LOCATION may be missing for a moment; recovery puts it back. */
  readonly mayBeMissing?: boolean;
}

async function moveTo(system: System, { repository }: Scene, to: MigrationTarget): Promise<void> {
  await migrate(system, planMigration(system, repository, { to }), LOCK);
}

const OPERATIONS: readonly Operation[] = [
  {
    name: "a rollback",
    prepare: publishedScene,
    run: (system, { repository }) => rollBack(system, repository, { ...LOCK, id: 1, force: false, dryRun: false }),
    done: ({ location, store }) => assertEquals(Deno.realPathSync(location), `${store}/snapshots/1`),
  },
  {
    name: "a migration to a store",
    prepare: plainScene,
    run: (system, scene) => moveTo(system, scene, "rcu"),
    done: ({ location }) => assertEquals(Deno.lstatSync(location).isSymlink, true),
  },
  {
    name: "a migration away from a store",
    prepare: publishedScene,
    run: (system, scene) => moveTo(system, scene, "quarantine"),
    done: ({ location }) => assertEquals(Deno.lstatSync(location).isDirectory, true),
  },
  {
    name: "a migration away from a store where names cannot be exchanged",
    prepare: publishedScene,
    run: (system, scene) => moveTo(system, scene, "quarantine"),
    done: ({ location }) => assertEquals(Deno.lstatSync(location).isDirectory, true),
    without: NO_EXCHANGE,
    mayBeMissing: true,
  },
];

for (const { name, prepare, run, done, without = {}, mayBeMissing = false } of OPERATIONS) {
  Deno.test(`${name} that is cut off at any point leaves a complete tree, and finishes when it is run again`, async () => {
    for (let changes = 0;; changes++) {
      using scene = prepare();
      const trees = await completeTrees(scene);
      const { system, isDead } = dyingAfter(changes, without);
      const error = await outcome(() => run(system, scene));
      if (!isDead()) {
        assertEquals(error, undefined);
        break;
      }
      await assertComplete(scene, { trees, mayBeMissing, when: `${error}` });
      await run({ ...thisMachine(), files: { ...thisMachine().files, ...without } }, scene);
      await assertComplete(scene, { trees, mayBeMissing: false, when: `${error}, run again` });
      done(scene);
      assertEquals(leftovers(scene), [], `${error}`);
    }
  });
}

async function outcome(act: () => Promise<unknown>): Promise<unknown> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Every tree that LOCATION may show. */
async function completeTrees({ location, store }: Scene): Promise<string[]> {
  const dirs = [`${store}/snapshots/1`, `${store}/snapshots/2`, `${location}/.`].filter((dir) => isThere(dir));
  return await Promise.all(dirs.map((dir) => treeText(dir)));
}

async function assertComplete(
  { location }: Scene,
  { trees, mayBeMissing, when }: { trees: readonly string[]; mayBeMissing: boolean; when: string },
): Promise<void> {
  if (mayBeMissing && !isThere(location)) return;
  assertEquals(trees.includes(await treeText(`${location}/.`)), true, `The tree at LOCATION is whole. ${when}`);
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
