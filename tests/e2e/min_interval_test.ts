import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { rcuOptions } from "../support/lab.ts";
import { newTree } from "../support/two_trees.ts";
import { syncedLab } from "../support/synced_lab.ts";

Deno.test("sync --min-interval leaves a mirror alone that was synced from less long ago", async () => {
  using here = await syncedLab(rcuOptions);
  newTree(here.up);
  const rested = await here.run("sync --min-interval=1h");
  assertEquals(rested.code, 0);
  assertMatch(rested.out, /^demo {2}up to date in /);
  assertMatch(
    rested.err,
    /^demo {2}Synced at [-0-9]{10} [:0-9]{8}Z; --min-interval leaves the mirror alone until [-0-9]{10} [:0-9]{8}Z\n/,
  );
  assertEquals((await here.run("sync --quiet --min-interval=1h")).err, "");
  assertStringIncludes((await here.run("sync --min-interval=1h --force")).out, "updated to snapshot 2");
});

Deno.test("sync --min-interval syncs again when the time has passed, and counts from a sync that changed nothing", async () => {
  using here = await syncedLab(rcuOptions);
  age(here.store, 2 * 3600);
  newTree(here.up);
  assertStringIncludes((await here.run("sync --min-interval=1h")).out, "updated to snapshot 2");
  age(here.store, 2 * 3600);
  assertStringIncludes((await here.run("sync --min-interval=1h")).out, "up to date");
  assertStringIncludes((await here.run("sync --min-interval=1h")).err, "leaves the mirror alone");
});

Deno.test("sync --min-interval does not rest after a sync that failed, nor on a clock that went back", async () => {
  using here = await syncedLab(rcuOptions);
  age(here.store, -3600);
  newTree(here.up);
  assertStringIncludes((await here.run("sync --min-interval=1h")).out, "updated to snapshot 2");
  age(here.store, 2 * 3600);
  Deno.renameSync(here.up, `${here.up}.gone`);
  assertEquals((await here.run("sync --min-interval=1h")).code, 13);
  assertEquals((await here.run("sync --min-interval=1h")).code, 13);
});

Deno.test("what has no store is always synced, whatever --min-interval says", async () => {
  using here = await syncedLab();
  newTree(here.up);
  assertStringIncludes((await here.run("sync --min-interval=1h")).out, "demo  updated");
});

for (const text of ["12", "h", "0h", "1.5h", "-1h", "1w"]) {
  Deno.test(`sync refuses --min-interval=${text}`, async () => {
    using here = await syncedLab(rcuOptions);
    const { code, err } = await here.run(`sync --min-interval=${text}`);
    assertEquals(code, 2);
    assertStringIncludes(err, "takes a duration such as 30m, 12h or 2d");
  });
}

/** Makes the last sync longer ago. */
function age(store: string, seconds: number): void {
  const path = `${store}/.rcusync/last_sync.json`;
  const last = JSON.parse(Deno.readTextFileSync(path));
  Deno.writeTextFileSync(path, JSON.stringify({ ...last, endedMs: last.endedMs - seconds * 1000 }));
}
