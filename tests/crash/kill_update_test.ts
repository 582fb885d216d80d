import { assertMatch } from "@std/assert";
import { killSweep } from "../support/kill_sweep.ts";
import { type Lab, lab, rcuOptions } from "../support/lab.ts";
import { labToUpdate, syncedLab } from "../support/synced_lab.ts";
import { newTree, oldTree } from "../support/two_trees.ts";
import { FIRST_STAMP, stamp } from "../support/upstream_tree.ts";
import { completeOldOrNew } from "../support/verdict.ts";

Deno.test("a first sync that is killed anywhere shows nothing or all, and the next one succeeds", async () => {
  const prepare = () => {
    const here = lab();
    here.configure(rcuOptions(here));
    oldTree(here.up);
    return Promise.resolve(here);
  };
  await killSweep({ name: "first sync", command: "sync", prepare, keeps: [], check: completeOldOrNew });
});

Deno.test("an update that is killed anywhere leaves the old or the new tree, and the next one succeeds", async () => {
  await killSweep({
    name: "update",
    command: "sync",
    prepare: () => labToUpdate(),
    keeps: [1],
    check: completeOldOrNew,
  });
});

Deno.test("an update of a store that only Portage wrote to so far survives being killed anywhere", async () => {
  const prepare = async () => {
    const here = await labToUpdate();
    Deno.removeSync(`${here.store}/.rcusync`, { recursive: true });
    return here;
  };
  await killSweep({ name: "update after Portage", command: "sync", prepare, keeps: [1], check: completeOldOrNew });
});

Deno.test("garbage collection that is killed anywhere loses no snapshot that something keeps", async () => {
  await killSweep({
    name: "garbage collection",
    command: "gc",
    prepare: labWithExpired,
    keeps: [3, 4],
    check: completeOldOrNew,
  });
});

Deno.test("an update that recycles a retired snapshot survives being killed anywhere", async () => {
  const prepare = async () => {
    const here = await labWithExpired();
    await here.run("gc");
    newTree(here.up);
    stamp(here.up, FIRST_STAMP + 600);
    return here;
  };
  await killSweep({ name: "update that recycles", command: "sync", prepare, keeps: [4], check: completeOldOrNew });
});

Deno.test("a rollback that is killed anywhere leaves one of the two trees, and no snapshot changes", async () => {
  const prepare = async () => {
    const here = await labToUpdate();
    await here.run("sync");
    return here;
  };
  const check = ({ location, store }: Lab) => {
    assertMatch(Deno.realPathSync(location).slice(store.length), /^\/snapshots\/[12]$/);
  };
  await killSweep({ name: "rollback", command: "rollback demo", prepare, keeps: [1, 2], check });
});

/** Four snapshots, of which the first two are expired. */
async function labWithExpired(): Promise<Lab> {
  const here = await syncedLab(rcuOptions);
  for (const minute of [1, 2, 3]) {
    stamp(here.up, FIRST_STAMP + minute * 60);
    await here.run("sync");
  }
  here.configure(rcuOptions(here, { "sync-rcu-ttl-days": "0" }));
  return here;
}
