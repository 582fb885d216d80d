import { assert, assertEquals } from "@std/assert";
import { INCOMING, QUARANTINE } from "../../lib/storage/hardlink_quarantine.ts";
import { exists } from "./entries.ts";
import type { Lab } from "./lab.ts";
import { leftovers, snapshotsIn, treeText } from "./store_state.ts";

/** What location may show, as text. */
export interface Trees {
  /** What was there before; `undefined` for nothing. */
  readonly old: string | undefined;
  readonly new: string;
}

/** What the lab's location shows and what its mirror has. */
export async function treesOf({ location, up }: Lab): Promise<Trees> {
  return { old: await treeAt(location), new: await treeText(up) };
}

/** Location shows one whole tree, or nothing where nothing was before. */
export async function completeOldOrNew(lab: Lab, trees: Trees): Promise<void> {
  const found = await treeAt(lab.location);
  if (found === undefined) assertEquals(trees.old, undefined, "location vanished");
  else if (found !== trees.old) assertEquals(found, trees.new);
}

/** A link that dangles is an error. */
async function treeAt(location: string): Promise<string | undefined> {
  return exists(location) ? await treeText(Deno.realPathSync(location)) : undefined;
}

/**
 * In location, a plain directory, each file is the old or the new one: the commit of a quarantine is not one step, but
 * that of each file is.
 */
export async function wholeFiles({ location }: Lab, trees: Trees): Promise<void> {
  const known = new Set([trees.old, trees.new].flatMap((text) => (text ?? "").split("\n")));
  const found = (await treeText(location)).split("\n").filter((line) =>
    !line.startsWith(QUARANTINE) && !line.startsWith(INCOMING)
  );
  for (const line of found) assert(known.has(line) || / directory [0-7]+ $/.test(line), `neither old nor new: ${line}`);
}

/** The next sync succeeds, gives the new tree, and leaves nothing lying about. */
export async function mend(here: Lab, trees: Trees): Promise<void> {
  const { code, err } = await here.run("sync");
  assertEquals(code, 0, `the next sync failed: ${err}`);
  assertEquals(await treeText(Deno.realPathSync(here.location)), trees.new, "after the next sync");
  assertEquals(leftovers(here), [], "left over");
  if (Deno.lstatSync(here.location).isSymlink) await assertStore(here, trees);
}

/** The links are right, and the tree that was published before is a snapshot: nothing is lost. */
async function assertStore({ store, location }: Lab, trees: Trees): Promise<void> {
  const ids = [...(await snapshotsIn(store)).keys()];
  assertEquals(Deno.readLinkSync(location), `${store}/latest`);
  assertEquals(Deno.readLinkSync(`${store}/latest`), `snapshots/${Math.max(...ids)}`);
  const kept = await Promise.all(ids.map((id) => treeText(`${store}/snapshots/${id}`)));
  assert(trees.old === undefined || kept.includes(trees.old), "the old tree is no snapshot any more");
}

/** The snapshots of a store as text, by number: see {@linkcode snapshotsIn}. */
export type Snapshots = ReadonlyMap<number, string>;

/** These snapshots are there and are what they were. */
export function assertKept(ids: readonly number[], before: Snapshots, after: Snapshots): void {
  for (const id of ids) assertEquals(after.get(id), before.get(id), `snapshot ${id} is not what it was`);
}

/** No number stands for another tree than before. */
export function assertNotReused(before: Snapshots, after: Snapshots): void {
  for (const [id, tree] of before) {
    const now = after.get(id);
    assert(now === undefined || now === tree, `number ${id} was given to another tree`);
  }
}
