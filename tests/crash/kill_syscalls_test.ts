import { sweepSyscalls } from "../support/syscall_sweep.ts";
import { longMode } from "../support/long_test.ts";
import { testUnless, withoutCommand } from "../support/skip.ts";
import { labToMigrate, labToUpdate } from "../support/synced_lab.ts";
import { completeOldOrNew } from "../support/verdict.ts";

const SCENES = [
  { name: "update", command: "sync", prepare: () => labToUpdate(), keeps: [1], check: completeOldOrNew },
  { name: "migration", command: "sync", prepare: () => labToMigrate(), keeps: [], check: completeOldOrNew },
] as const;

for (const scene of longMode ? SCENES : []) {
  testUnless(
    withoutCommand("strace"),
    `a kernel that kills rcusync or rsync at any system call of a ${scene.name} does no harm`,
    () => sweepSyscalls(scene),
  );
}
