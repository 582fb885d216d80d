import { assertEquals } from "@std/assert";
import { type Lab, lab, type LabPlace, rcuOptions } from "./lab.ts";
import { newTree, oldTree } from "./two_trees.ts";

/** A lab whose location has the old tree, by a sync with these options. */
export async function syncedLab(
  options: (lab: Lab) => Readonly<Record<string, string>> = () => ({}),
  place: LabPlace = {},
): Promise<Lab> {
  const here = lab(place);
  oldTree(here.up);
  here.configure(options(here));
  const { code, err } = await here.run("sync");
  assertEquals([code, err], [0, ""]);
  return here;
}

/**
 * A lab whose location is a plain directory with the old tree; the mirror has the new one, and the storage is to be
 * RCU.
 */
export async function labToMigrate(place: LabPlace = {}): Promise<Lab> {
  const here = await syncedLab(() => ({}), place);
  newTree(here.up);
  here.configure(rcuOptions(here));
  return here;
}

/** A lab whose location is snapshot 1 with the old tree; the mirror has the new one. */
export async function labToUpdate(place: LabPlace = {}): Promise<Lab> {
  const here = await syncedLab(rcuOptions, place);
  newTree(here.up);
  return here;
}

/** As {@linkcode labToUpdate}, but location is a plain directory and stays one. */
export async function plainLabToUpdate(): Promise<Lab> {
  const here = await syncedLab();
  newTree(here.up);
  return here;
}
