import { killSweep } from "../support/kill_sweep.ts";
import { signedGenerations, signedLabToUpdate } from "../support/signed_lab.ts";
import { completeOldOrNew, wholeFiles } from "../support/verdict.ts";

Deno.test("an update guided by Manifests that is killed anywhere leaves the old or the new tree", async () => {
  using trees = await signedGenerations();
  await killSweep({
    name: "guided update",
    command: "sync",
    prepare: () => signedLabToUpdate(trees, "rcu"),
    keeps: [1],
    check: completeOldOrNew,
  });
});

Deno.test("a guided update of a plain directory that is killed anywhere leaves whole files", async () => {
  using trees = await signedGenerations();
  await killSweep({
    name: "guided quarantine",
    command: "sync",
    prepare: () => signedLabToUpdate(trees, "plain"),
    keeps: [],
    check: wholeFiles,
  });
});
