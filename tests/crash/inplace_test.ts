import { assertEquals } from "@std/assert";
import { writeRsyncWrapper } from "../support/rsync_wrapper.ts";
import { treeText } from "../support/store_state.ts";
import { syncedLab } from "../support/synced_lab.ts";
import { newTree } from "../support/two_trees.ts";

Deno.test("an inplace sync that is cut off after the timestamp arrived is not taken for complete", async () => {
  const options = { "sync-allow-hardlinks": "no" };
  using here = await syncedLab(() => options);
  newTree(here.up);
  writeRsyncWrapper(here.bin, { transfer: `"$RSYNC" --exclude=/z "$@"; exit 12` });
  assertEquals((await here.run("sync")).code, 13);
  Deno.removeSync(`${here.bin}/rsync`);
  assertEquals((await here.run("sync")).code, 0);
  assertEquals(await treeText(here.location), await treeText(here.up));
});
