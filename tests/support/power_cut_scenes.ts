import { assertEquals, assertMatch } from "@std/assert";
import { type FileSystem, withoutCutDisk } from "./cut_disk.ts";
import { type Lab, lab, type LabPlace, rcuOptions } from "./lab.ts";
import { longMode } from "./long_test.ts";
import { cutPower, type CutScene } from "./power_cut.ts";
import { triedOf } from "./scene.ts";
import { testUnless } from "./skip.ts";
import { labToMigrate, labToUpdate } from "./synced_lab.ts";
import { oldTree } from "./two_trees.ts";
import { completeOldOrNew } from "./verdict.ts";

/** The one that a normal run tries. */
export const UPDATE: CutScene = {
  name: "an update",
  command: "sync",
  prepare: (place) => labToUpdate(place),
  check: completeOldOrNew,
};

const SCENES: readonly CutScene[] = [
  UPDATE,
  { name: "a first sync", command: "sync", prepare: labToSync, check: completeOldOrNew },
  { name: "a migration", command: "sync", prepare: (place) => labToMigrate(place), check: completeOldOrNew },
  { name: "a rollback", command: "rollback demo", prepare: labToRollBack, check: eitherSnapshot },
];

/** Registers the tests of one file system: a few moments of an update in a normal run, more of more in a long one. */
export function testPowerCuts(fileSystem: FileSystem): void {
  for (const scene of longMode ? SCENES : [UPDATE]) {
    testUnless(
      withoutCutDisk(fileSystem),
      `a power cut anywhere in ${scene.name} on ${fileSystem} leaves a complete tree, and what was reported`,
      () => survives(scene, fileSystem),
    );
  }
}

async function survives(scene: CutScene, fileSystem: FileSystem): Promise<void> {
  for (const commits of [false, true]) {
    const { moments, tried, losses } = await cutPower(scene, { fileSystem, commits, sample: triedOf });
    assertEquals(losses, new Map());
    const how = commits ? "the journal committed at every step" : "nothing written but by barriers";
    console.log(`power cut in ${scene.name} on ${fileSystem}, ${how}: ${tried} of ${moments} moments`);
  }
}

/** What each snapshot holds is looked at apart. */
function eitherSnapshot({ location, store }: Lab): void {
  assertMatch(Deno.realPathSync(location).slice(store.length), /^\/snapshots\/[12]$/);
}

function labToSync(place: LabPlace): Promise<Lab> {
  const here = lab(place);
  here.configure(rcuOptions(here));
  oldTree(here.up);
  return Promise.resolve(here);
}

async function labToRollBack(place: LabPlace): Promise<Lab> {
  const here = await labToUpdate(place);
  await here.run("sync");
  return here;
}
