import { killSweep } from "../support/kill_sweep.ts";
import { plainLabToUpdate } from "../support/synced_lab.ts";
import { wholeFiles } from "../support/verdict.ts";

Deno.test("a quarantine that is killed anywhere leaves whole files, and the next sync brings the rest", async () => {
  const scene = { name: "quarantine commit", command: "sync", prepare: plainLabToUpdate, keeps: [] } as const;
  await killSweep({ ...scene, check: wholeFiles });
});
