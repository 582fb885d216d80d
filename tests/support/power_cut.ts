import { assertEquals } from "@std/assert";
import type { Files } from "../../lib/host/files.ts";
import { type CutDisk, cutDisk, type FileSystem, type Image } from "./cut_disk.ts";
import type { Lab, LabPlace } from "./lab.ts";
import { steppedFiles } from "./stepped_files.ts";
import { snapshotsIn, treeText } from "./store_state.ts";
import { assertKept, mend, type Snapshots, type Trees, treesOf } from "./verdict.ts";

/** A command under which the power is cut. */
export interface CutScene {
  readonly name: string;
  readonly command: "sync" | "rollback demo";
  /** Makes a lab on a disk as it is before the command. */
  readonly prepare: (place: LabPlace) => Promise<Lab>;
  /** Looks at location after a power cut. */
  readonly check: (lab: Lab, trees: Trees) => void | Promise<void>;
}

/** What is varied. */
export interface CutRun {
  readonly fileSystem: FileSystem;
  /** What is done for a barrier; absent: what the program does. */
  readonly flush?: Files["flush"];
  /** Has the file system commit its journal before each copy, so that names are on the medium and contents are not. */
  readonly commits: boolean;
  /** Selects among the moments; barriers and the report are always in. It is asked for one after the other. */
  readonly sample: (moments: readonly Moment[]) => Iterable<Moment>;
}

/** When the power was cut, and what that left. */
export interface Moment {
  readonly when: string;
  readonly image: Image;
  /** `step`: somewhere in between. */
  readonly kind: "step" | "barrier" | "report";
}

/** How it went. */
export interface CutResult {
  /** Moments at which a copy was taken that is unlike the one before. */
  readonly moments: number;
  /** Those of them that were tried. */
  readonly tried: number;
  /** What was lost or torn, by moment. */
  readonly losses: ReadonlyMap<string, Error>;
}

/**
 * Runs the command to its end and copies the medium after each barrier, after the report, and after every change in
 * between; then boots from each copy, looks at what consumers see, and syncs.
 */
export async function cutPower(scene: CutScene, run: CutRun): Promise<CutResult> {
  using disk = cutDisk(run.fileSystem);
  using here = await scene.prepare({ on: disk.path });
  const trees = await treesOf(here);
  const before = await snapshotsIn(here.store);
  disk.restart();
  const moments = await record(here, scene, { disk, run });
  const reported = await treeText(Deno.realPathSync(here.location));
  const losses = new Map<string, Error>();
  let tried = 0;
  for (const moment of chosen(moments, run)) {
    disk.boot(moment.image);
    here.reboot();
    try {
      await inspect(here, scene, { moment, trees, before, reported });
    } catch (error) {
      losses.set(moment.when, error instanceof Error ? error : new Error(String(error)));
    }
    Deno.removeSync(moment.image);
    tried++;
  }
  return { moments: moments.length, tried, losses };
}

function* chosen(moments: readonly Moment[], { sample }: CutRun): Generator<Moment> {
  yield* moments.filter(({ kind }) => kind !== "step");
  yield* sample(moments.filter(({ kind }) => kind === "step"));
}

async function record(
  here: Lab,
  { command }: CutScene,
  { disk, run }: { readonly disk: CutDisk; readonly run: CutRun },
): Promise<readonly Moment[]> {
  const moments: Moment[] = [];
  const take = (when: string, kind: Moment["kind"]) => {
    if (run.commits && kind === "step") disk.commit();
    const image = disk.copy();
    const last = moments.at(-1);
    if (image !== undefined) moments.push({ when: `${moments.length}: ${when}`, image, kind });
    // Nothing was written since: what holds from now on holds for the last copy.
    else if (last !== undefined && kind !== "step") {
      moments.splice(-1, 1, { ...last, when: `${last.when}, ${when}`, kind });
    }
  };
  take("before the first step", "step");
  const { code, err } = await here.run(command, (files) => {
    const flush = run.flush ?? files.flush;
    const stepped = steppedFiles(files, (step, act) => {
      const result = act();
      if (step.changes) take(`${step.name} ${step.path}`, "step");
      return result;
    });
    return { ...stepped, flush: (path) => flush(path).then(() => take(`flush ${path}`, "barrier")) };
  });
  assertEquals(code, 0, err);
  take("reported", "report");
  return moments;
}

async function inspect(
  here: Lab,
  { check }: CutScene,
  { moment, trees, before, reported }: {
    readonly moment: Moment;
    readonly trees: Trees;
    readonly before: Snapshots;
    readonly reported: string;
  },
): Promise<void> {
  assertKept([...before.keys()], before, await snapshotsIn(here.store));
  await check(here, trees);
  if (moment.kind === "report") assertEquals(await treeText(Deno.realPathSync(here.location)), reported, "reported");
  await mend(here, trees);
  assertKept([...before.keys()], before, await snapshotsIn(here.store));
}
