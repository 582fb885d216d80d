import { faultSweep } from "./fault_sweep.ts";
import type { Scene } from "./scene.ts";

/** Calls that need a block or an inode. */
const GROWING: ReadonlySet<string> = new Set([
  "createFile",
  "append",
  "mkdir",
  "symlink",
  "link",
  "copyFile",
  "rename",
]);

/** Registers the tests of a scene in which calls fail: EIO once, ENOSPC once, EROFS from some call on. */
export function testFailingCalls(scene: Scene): void {
  Deno.test(`EIO in any call of ${scene.name} fails in order, and the next sync succeeds`, async () => {
    await faultSweep(scene, { code: "EIO", hits: () => true, lasts: false }, 41);
  });

  Deno.test(`ENOSPC in any call of ${scene.name} that needs room says that the disk is full`, async () => {
    await faultSweep(scene, { code: "ENOSPC", hits: ({ name }) => GROWING.has(name), lasts: false }, 13);
  });

  Deno.test(`${scene.name} under which the file system turns read-only fails in order`, async () => {
    await faultSweep(scene, { code: "EROFS", hits: ({ changes }) => changes, lasts: true }, 17);
  });
}
